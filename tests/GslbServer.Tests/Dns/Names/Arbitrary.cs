using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Dns.Tests;

/// <summary>Values for property tests of DNS.</summary>
internal static class Arbitrary
{
    /// <summary>Names of any octets, 0 to 8 labels, at most 255 octets; half of the labels are letters of both cases, so that some are equal.</summary>
    public static Arbitrary<DomainName> Names() => GenNames.ToArbitrary();

    public static Gen<DomainName> GenNames =>
        from count in Gen.Choose(0, 8)
        from labels in Label.ListOf(count)
        select Join(labels);

    private static Gen<byte[]> Label =>
        from any in Gen.Elements(true, false)
        from length in any ? Gen.Choose(1, 63) : Gen.Choose(1, 2)
        from octets in (any ? Gen.Choose(0, 255) : Gen.Elements('a', 'A', 'b', 'Z').Select(c => (int)c)).ArrayOf(length)
        select Array.ConvertAll(octets, o => (byte)o);

    private static DomainName Join(IEnumerable<byte[]> labels)
    {
        var wire = new List<byte>();
        foreach (byte[] label in labels)
        {
            if (wire.Count + label.Length + 2 > DomainName.MaxLength)
                break;
            wire.Add((byte)label.Length);
            wire.AddRange(label);
        }
        wire.Add(0);
        return DomainName.FromWire(wire.ToArray());
    }
}
