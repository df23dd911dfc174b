using GslbServer.Dns;

namespace GslbServer.Tests.Push;

/// <summary>Versions of a pushed zone, as nodes tell each other.</summary>
public sealed class PushIndexTests
{
    private static readonly DomainName Zone = DomainName.Parse("example.org");

    [Fact]
    public void The_last_are_kept_and_those_that_are_served()
    {
        PushIndex index = PushIndex.None(Zone) with { Current = 1 };
        for (int i = 1; i <= 30; i++) index = index.With(Version(i));
        Assert.Equal([1, .. Enumerable.Range(11, 20)], index.Versions.Select(v => v.Version));
    }

    [Fact]
    public void A_canary_serves_another_version()
    {
        PushIndex index = PushIndex.None(Zone).With(Version(1)).With(Version(2)) with { Current = 1, Canary = new PushCanary(2, "two") };
        Assert.Equal(1, index.For("one")!.Version);
        Assert.Equal(2, index.For("two")!.Version);
        Assert.Null((index with { Current = null, Canary = null }).For("one"));
    }

    [Fact]
    public void Merging_takes_the_later_word_and_all_versions()
    {
        PushIndex early = PushIndex.None(Zone).With(Version(1)).With(Version(2)) with { Current = 2, Revision = "1" };
        PushIndex late = PushIndex.None(Zone).With(Version(1)).With(Version(3)) with { Current = 3, Revision = "2" };
        foreach (PushIndex merged in (PushIndex[])[early.Merge(late), late.Merge(early)])
        {
            Assert.Equal(3, merged.Current);
            Assert.Equal([1, 2, 3], merged.Versions.Select(v => v.Version));
        }
    }

    [Fact]
    public void What_is_written_is_read_and_nothing_else()
    {
        PushIndex index = PushIndex.None(Zone).With(Version(1)) with { Current = 1, Revision = "r" };
        Assert.True(PushIndex.TryRead(Zone, index.Write(), out PushIndex? read));
        Assert.Equal(index.Write(), read.Write());
        Assert.False(PushIndex.TryRead(DomainName.Parse("example.net"), index.Write(), out _));
        Assert.False(PushIndex.TryRead(Zone, "{\"zone\":\"example.org.\",\"revision\":\"\",\"current\":7,\"versions\":[]}"u8.ToArray(), out _));
        Assert.False(PushIndex.TryRead(Zone, (index with { Versions = [Version(1) with { Hash = "../../etc/passwd" }] }).Write(), out _));
        Assert.False(PushIndex.TryRead(Zone, "garbage"u8.ToArray(), out _));
    }

    private static PushVersion Version(int number) => new(number, $"{number:x64}", (uint)number, "me", DateTimeOffset.UnixEpoch, null);
}
