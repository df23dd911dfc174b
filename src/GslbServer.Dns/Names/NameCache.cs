namespace GslbServer.Dns;

/// <summary>Lets records of one owner share its name, also when others stand between. Forgets by itself: a slot holds the last name of its hash.</summary>
internal sealed class NameCache
{
    private readonly DomainName?[] _slots = new DomainName?[1024];

    /// <summary>The name with exactly these octets, case included.</summary>
    /// <param name="wire">A well-formed name.</param>
    public DomainName Get(ReadOnlySpan<byte> wire)
    {
        ref DomainName? slot = ref _slots[NameOctets.Hash(wire) & _slots.Length - 1];
        if (slot is null || !slot.Wire.SequenceEqual(wire))
            slot = DomainName.FromWire(wire);
        return slot;
    }
}
