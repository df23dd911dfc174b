using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>What is kept of the past of a zone.</summary>
public sealed class JournalTests
{
    [Fact]
    public void Old_changes_go_when_there_are_too_many()
    {
        ZoneJournal journal = ZoneJournal.Empty;
        for (uint serial = 1; serial <= TransferLimits.JournalChanges + 10; serial++) journal = journal.With(Change(serial, serial + 1));
        Assert.Equal(TransferLimits.JournalChanges, journal.Count);
        Assert.Empty(journal.Since(10));
        Assert.Equal(TransferLimits.JournalChanges, journal.Since(11).Count);
    }

    [Fact]
    public void A_serial_that_does_not_rise_ends_the_journal()
    {
        ZoneJournal journal = ZoneJournal.Empty.With(Change(1, 2));
        Assert.Equal(0, journal.With(Change(2, 2)).Count);
        Assert.Equal(0, journal.With(Change(2, 1)).Count);
    }

    [Fact]
    public void A_change_that_does_not_follow_begins_another_journal()
    {
        ZoneJournal journal = ZoneJournal.Empty.With(Change(1, 2)).With(Change(5, 6));
        Assert.Empty(journal.Since(1));
        Assert.Single(journal.Since(5));
    }

    [Theory]
    [InlineData(2, 1, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 4_294_967_295, true)]
    [InlineData(4_294_967_295, 0, false)]
    [InlineData(2_147_483_648, 0, false)] // undefined: RFC 1982 section 3.2
    [InlineData(2_147_483_647, 0, true)]
    public void Serials_go_round(uint serial, uint than, bool isHigher) => Assert.Equal(isHigher, SerialNumber.IsHigher(serial, than));

    private static ZoneChange Change(uint from, uint to) => new(TransferSource.SoaOf(TransferZone.Of(from)), [], TransferSource.SoaOf(TransferZone.Of(to)), []);
}
