using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>The aliases that an answer has followed: owners of CNAMEs by where they stand in the message, and the DNAMEs met.</summary>
internal struct AliasChain
{
    /// <summary>As many as BIND long followed; a longer chain is a mistake, and what was followed so far is answered.</summary>
    public const int Longest = 16;

    private Owners _owners;
    private Dnames _dnames; // by zone and node + 1

    /// <summary>Aliases followed.</summary>
    public int Count { get; private set; }

    /// <summary>Where an owner stands in the message; 0 beyond the reach of pointers.</summary>
    public readonly int this[int link] => _owners[link];

    /// <summary>Whether a DNAME is met for the first time: one that applies again, to a name that it made longer, stands in the answer already.</summary>
    public bool IsNewDname(int zone, int node)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_dnames[i] == (zone, node + 1)) return false;
        }
        _dnames[Count] = (zone, node + 1);
        return true;
    }

    /// <param name="from">Where the alias stands in the message.</param>
    /// <param name="to">Its target.</param>
    /// <returns>False when the chain has been there before.</returns>
    public bool TryAdd(int from, scoped in MessageWriter message, scoped ReadOnlySpan<byte> to)
    {
        _owners[Count] = (ushort)from;
        for (int i = 0; i <= Count; i++)
        {
            if (_owners[i] > 0 && message.IsAt(_owners[i], to)) return false;
        }
        Count++;
        return true;
    }

    [InlineArray(Longest + 1)]
    private struct Owners
    {
        private ushort _first;
    }

    [InlineArray(Longest + 1)]
    private struct Dnames
    {
        private (int Zone, int Node) _first;
    }
}
