using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Dns.Tests;

public class DomainNameTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.org.");

    [Theory]
    [InlineData("www", "www.example.org.")]
    [InlineData("www.", "www.")]
    [InlineData("@", "example.org.")]
    [InlineData(".", ".")]
    [InlineData(@"a\.b", @"a\.b.example.org.")]
    [InlineData(@"\064", @"\@.example.org.")]
    [InlineData(@"\@", @"\@.example.org.")]
    [InlineData(@"a\000b.", @"a\000b.")]
    [InlineData(@"\255\032.", @"\255\032.")]
    [InlineData("_dns._udp.*", "_dns._udp.*.example.org.")]
    public void Text_is_read_relative_to_the_origin(string text, string expected)
    {
        Assert.True(DomainName.TryParse(text, Origin, out DomainName? name, out string? error), error);
        Assert.Equal(expected, name.ToString());
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a..b", "a label is empty")]
    [InlineData(".a", "a label is empty")]
    [InlineData("..", "a label is empty")]
    [InlineData(@"a\256", "three digits up to 255")]
    [InlineData(@"a\12", "three digits up to 255")]
    [InlineData(@"a\", "after a backslash")]
    [InlineData("bücher.例", "A-labels")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234", "longer than 63 octets")]
    public void Text_that_is_no_name_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(DomainName.TryParse(text, Origin, out DomainName? name, out string? error));
        Assert.Null(name);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_of_255_octets_is_the_longest()
    {
        string label = new('a', 63);
        string longest = $"{label}.{label}.{label}.{new string('a', 61)}.";
        Assert.Equal(255, DomainName.Parse(longest).Wire.Length);
        Assert.Throws<FormatException>(() => DomainName.Parse("a" + longest));
        Assert.Throws<FormatException>(() => DomainName.Parse(longest + "a."));
        Assert.False(DomainName.TryParse(longest.AsSpan()[..^1], Origin, out _, out string? error));
        Assert.Contains("with its origin", error, StringComparison.Ordinal);
        Assert.Equal(127, DomainName.Parse(string.Concat(Enumerable.Repeat("a.", 127))).LabelCount);
    }

    [Fact]
    public void Printed_name_is_read_back_whatever_its_octets() => Prop.ForAll(Arbitrary.Names(), name =>
    {
        DomainName again = DomainName.Parse(name.ToString());
        return again.Wire.SequenceEqual(name.Wire) && again.Equals(name);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Case_makes_no_difference_to_equality_hash_and_order() => Prop.ForAll(Arbitrary.Names(), name =>
    {
        byte[] upper = name.Wire.ToArray();
        for (int i = 0; i < upper.Length; i++)
            if (upper[i] is >= (byte)'a' and <= (byte)'z')
                upper[i] -= 32;
        DomainName other = DomainName.FromWire(upper);
        return other.Equals(name) && other.GetHashCode() == name.GetHashCode() && other.CompareTo(name) == 0 && name.ToLower().Equals(other);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Order_is_zero_only_between_equal_names() => Prop.ForAll(Arbitrary.Names(), Arbitrary.Names(), (a, b) =>
        a.Equals(b) == (a.CompareTo(b) == 0) && Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))).QuickCheckThrowOnFailure();

    [Fact]
    public void Order_is_that_of_the_example_in_RFC_4034_section_6_1()
    {
        string[] ordered =
        [
            "example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.", @"\001.z.example.", "*.z.example.", @"\200.z.example.",
        ];
        IEnumerable<string> sorted = ordered.Reverse().Select(DomainName.Parse).Order().Select(n => n.ToString());
        Assert.Equal(ordered, sorted);
    }

    [Theory]
    [InlineData("example.org.", "example.org.", true)]
    [InlineData("WWW.Example.org.", "example.ORG.", true)]
    [InlineData("badexample.org.", "example.org.", false)]
    [InlineData("org.", "example.org.", false)]
    [InlineData("example.org.", ".", true)]
    [InlineData(@"a\007example.org.", "example.org.", false)]
    public void Name_is_below_its_ancestors_only(string name, string ancestor, bool expected)
        => Assert.Equal(expected, DomainName.Parse(name).IsAtOrBelow(DomainName.Parse(ancestor)));

    [Fact]
    public void Parent_is_the_name_without_its_first_label()
    {
        Assert.Equal("example.org.", DomainName.Parse(@"a\.b.example.org.").Parent.ToString());
        Assert.Same(DomainName.Root, DomainName.Root.Parent);
        Assert.Equal(0, DomainName.Root.LabelCount);
        Assert.Equal(3, DomainName.Parse("www.example.org.").LabelCount);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 97 })]
    [InlineData(new byte[] { 0xC0, 0 })]
    [InlineData(new byte[] { 64, 0 })]
    [InlineData(new byte[] { 0, 0 })]
    public void Octets_that_are_not_one_name_are_refused(byte[] octets) => Assert.Throws<ArgumentException>(() => DomainName.FromWire(octets));
}
