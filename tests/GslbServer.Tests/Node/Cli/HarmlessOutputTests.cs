namespace GslbServer.Tests.Cli;

/// <summary>What comes over the network or out of a file may be anything; a terminal must see text alone.</summary>
public sealed class HarmlessOutputTests
{
    [Theory]
    [InlineData("plain, \u00fcber 10 \u00b0C", "plain, \u00fcber 10 \u00b0C")]
    [InlineData("\e]0;title\a", "?]0;title?")]
    [InlineData("\e[2J\e[31mred", "?[2J?[31mred")]
    [InlineData("a\r\nb\tc", "a??b?c")]
    [InlineData("\u009b31m", "?31m")]
    [InlineData("txt.\u202egpj", "txt.?gpj")]
    public void Text_from_anywhere_cannot_drive_a_terminal(string text, string shown) => Assert.Equal(shown, PlainText.Of(text));

    [Theory]
    [InlineData(true, "\e[31mdown\e[0m ?[2J?]0;t?")]
    [InlineData(false, "?[31mdown?[0m ?[2J?]0;t?")]
    public void Commands_write_their_colours_and_no_other_sequence(bool hasColor, string shown)
    {
        var terminal = new StringWriter();
        new HarmlessWriter(terminal, hasColor).WriteLine("\e[31mdown\e[0m \e[2J\e]0;t\a");
        Assert.Equal(shown + Environment.NewLine, terminal.ToString());
    }

    [Fact]
    public void A_table_with_a_broken_sequence_in_a_cell_ends_and_is_aligned()
    {
        var table = new TextTable("NAME", "NOTE");
        table.Add("\e]0;evil", "x");
        table.Add("b", "y");
        var writer = new StringWriter();
        table.WriteTo(writer, new Terminal(HasColor: false), indent: "");
        Assert.Equal(["NAME      NOTE", "?]0;evil  x", "b         y"], writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Errors_are_harmless_too()
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("check", "no\e[2Jsuch"));
        Assert.DoesNotContain('\e', run.Out + string.Concat(run.Errors));
    }
}
