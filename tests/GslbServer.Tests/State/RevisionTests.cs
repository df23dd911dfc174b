using GslbServer.State;

namespace GslbServer.Tests;

public sealed class RevisionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_000);

    [Fact]
    public void First_revision_is_the_time_a_counter_and_the_node() => Assert.Equal("001795000000000-000000-a", Revision.Next(Revision.None, Now, "a"));

    [Theory]
    [InlineData("001795000000000-000000-z", "001795000000000-000001-a")]
    [InlineData("001795000000001-000007-b", "001795000000001-000008-a")]
    [InlineData("001795000000000-999999-b", "001795000000001-000000-a")]
    [InlineData("001794999999999-000007-b", "001795000000000-000000-a")]
    public void Next_is_above_all_known(string highest, string expected)
    {
        string next = Revision.Next(highest, Now, "a");
        Assert.Equal(expected, next);
        Assert.True(string.CompareOrdinal(next, highest) > 0);
    }

    [Theory]
    [InlineData("001795000000000-000000-a", true)]
    [InlineData("001795000000000-000000-", false)]
    [InlineData("1795000000000-000000-a", false)]
    [InlineData("00179500000000x-000000-a", false)]
    [InlineData("001795000000000-0000+0-a", false)]
    [InlineData("001795000000000.000000.a", false)]
    [InlineData("999999999999999-000000-a", false)]
    [InlineData("", false)]
    public void Only_what_can_be_ordered_and_exceeded_is_a_revision(string text, bool valid) => Assert.Equal(valid, Revision.IsValid(text));

    [Fact]
    public void Time_is_when_it_was_made() => Assert.Equal(Now, Revision.Time("001795000000000-000000-a"));
}
