namespace GslbServer.Tests.Cli;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_aligned_and_colour_takes_no_width()
    {
        var terminal = new Terminal(HasColor: true);
        var table = new TextTable("NAME", "STATE", "NOTE");
        table.Add("eu-west", terminal.Good("up"), "x");
        table.Add("us", "down", "y");
        var writer = new StringWriter();
        table.WriteTo(writer, new Terminal(HasColor: false));
        string plain = System.Text.RegularExpressions.Regex.Replace(writer.ToString(), "\e\\[[0-9;]*m", "");
        Assert.Equal(["  NAME     STATE  NOTE", "  eu-west  up     x", "  us       down   y"], plain.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Without_a_terminal_nothing_is_painted() => Assert.Equal("up", new Terminal(HasColor: false).Good("up"));
}
