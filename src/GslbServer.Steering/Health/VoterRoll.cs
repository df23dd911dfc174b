using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>The vantages that matter for each monitor: all of them, or, where monitors are divided, the few that are to probe it or do. Of twenty vantages that is three.</summary>
internal sealed class VoterRoll
{
    private readonly List<Voter> _all;
    private readonly Voter[] _byMonitor = [];
    private readonly int[]? _starts;

    public VoterRoll(List<Voter> voters, int monitors)
    {
        _all = voters;
        if (!voters.Exists(voter => voter.Duty is not null))
            return;
        int[] starts = new int[monitors + 1];
        foreach (Voter voter in voters)
        {
            for (int monitor = 0; monitor < monitors; monitor++)
                starts[monitor + 1] += voter.HasSay(monitor) ? 1 : 0;
        }

        for (int monitor = 0; monitor < monitors; monitor++)
            starts[monitor + 1] += starts[monitor];
        _byMonitor = new Voter[starts[monitors]];
        int[] next = starts[..monitors];
        foreach (Voter voter in voters)
        {
            for (int monitor = 0; monitor < monitors; monitor++)
            {
                if (voter.HasSay(monitor))
                    _byMonitor[next[monitor]++] = voter;
            }
        }

        _starts = starts;
    }

    public ReadOnlySpan<Voter> Of(int monitor) => _starts is null ? CollectionsMarshal.AsSpan(_all) : _byMonitor.AsSpan(_starts[monitor].._starts[monitor + 1]);
}
