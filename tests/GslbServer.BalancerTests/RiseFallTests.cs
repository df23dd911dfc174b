using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

public sealed class RiseFallTests
{
    /// <summary>Probes in order (+ success, - failure), and the verdict after each (? unknown, U up, D down).</summary>
    [Theory]
    [InlineData(2, 2, "+", "U")]
    [InlineData(2, 2, "-", "D")]
    [InlineData(2, 2, "+-+-+-", "UUUUUU")]
    [InlineData(2, 2, "+--", "UUD")]
    [InlineData(2, 2, "+--+-++", "UUDDDDU")]
    [InlineData(3, 1, "+-+++", "UDDDU")]
    [InlineData(1, 3, "+---+", "UUUDU")]
    public void Verdict_after_probes_changes_only_after_so_many_in_a_row(int rise, int fall, string probes, string verdicts)
    {
        var state = new RiseFall(DestinationHealth.Unknown, 0);
        var seen = new System.Text.StringBuilder();
        foreach (char probe in probes)
        {
            state = state.After(probe == '+', rise, fall);
            seen.Append(state.Health switch { DestinationHealth.Healthy => 'U', DestinationHealth.Unhealthy => 'D', _ => '?' });
        }

        Assert.Equal(verdicts, seen.ToString());
    }
}
