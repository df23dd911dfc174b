namespace GslbServer.Tests.Admin;

public sealed class EventStreamTests
{
    [Theory]
    [InlineData("1000-17", 17)]
    [InlineData("999-17", 0)]
    [InlineData("17", 0)]
    [InlineData("1000--1", 0)]
    [InlineData("1000-x", 0)]
    [InlineData("", 0)]
    public void An_id_of_another_process_starts_from_the_beginning(string lastEventId, long after) => Assert.Equal(after, EventStream.After(lastEventId, boot: 1000));
}
