using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>The owners of a zone's records as a tree of labels below the root, each with the chain of its records and what kinds there are. One name costs
/// a node, whether it has one record or a thousand.</summary>
internal sealed class OwnerTree
{
    private readonly NameTableBuilder _names = new();
    private readonly BlockList<Owner> _owners = new();

    public int Count => _names.Count;

    /// <summary>What there is anywhere in the zone.</summary>
    public NameContent All { get; private set; }

    /// <summary>The node of a name, made where it is new.</summary>
    /// <param name="isAsWritten">Its labels stand in the tree in the very case that they have here.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(ReadOnlySpan<byte> wire, out bool isAsWritten)
    {
        var labels = new NameLabels(wire);
        int node = _names.Add(labels, 0);
        while (_owners.Count < _names.Count)
            _owners.Add(new Owner(-1, NameContent.None));
        isAsWritten = true;
        for (int i = 0, above = node; i < labels.Count && isAsWritten; i++, above = _names.ParentOf(above))
            isAsWritten = _names.LabelOf(above).SequenceEqual(labels[i]);
        return node;
    }

    /// <summary>The node of a name, with records or only above such; -1 without.</summary>
    public int Find(ReadOnlySpan<byte> wire)
    {
        var labels = new NameLabels(wire);
        int node = 0;
        for (int i = labels.Count - 1; i >= 0 && node >= 0; i--)
            node = _names.FindChild(node, labels[i]);
        return node;
    }

    /// <summary>Makes a record the last of its owner.</summary>
    /// <returns>The one that was; -1 for none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Append(int node, int record, NameContent content)
    {
        ref Owner owner = ref _owners[node];
        (int before, owner.Last) = (owner.Last, record);
        owner.Content |= content;
        All |= content;
        return before;
    }

    /// <summary>Takes all records away; the names stay.</summary>
    public void Clear()
    {
        All = NameContent.None;
        for (int node = 0; node < _owners.Count; node++)
            _owners[node] = new Owner(-1, NameContent.None);
    }

    /// <summary>Index of the last record of a name; -1 where none stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LastOf(int node) => _owners[node].Last;

    public NameContent ContentOf(int node) => _owners[node].Content;

    public int ParentOf(int node) => _names.ParentOf(node);

    /// <summary>The label in the case first written, its length octet included.</summary>
    public ReadOnlySpan<byte> LabelOf(int node) => _names.LabelOf(node);

    /// <summary>The finished table over these names or some of them; see <see cref="NameTableBuilder.Build(int[], byte[])"/>.</summary>
    public NameTable Build(int[] entries, byte[] arena) => _names.Build(entries, arena);

    /// <summary>Gives the memory of the tree back: it will not be asked again, but for what is anywhere in the zone.</summary>
    public void SpendAll()
    {
        _names.SpendAll();
        _owners.SpendAll();
    }

    /// <summary>True for the ancestor itself and everything below it.</summary>
    public bool IsAtOrBelow(int node, int ancestor)
    {
        // A parent is older than its children.
        while (node > ancestor && node > 0)
            node = _names.ParentOf(node);
        return node == ancestor;
    }

    /// <summary>Writes the wire form of a name, in the case first written.</summary>
    /// <param name="wire">At least <see cref="DomainName.MaxLength"/> octets.</param>
    /// <returns>Octets written.</returns>
    public int CopyName(int node, Span<byte> wire)
    {
        int length = 0;
        for (; node > 0; node = _names.ParentOf(node))
        {
            ReadOnlySpan<byte> label = _names.LabelOf(node);
            label.CopyTo(wire[length..]);
            length += label.Length;
        }
        wire[length++] = 0;
        return length;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private record struct Owner(int Last, NameContent Content);
}
