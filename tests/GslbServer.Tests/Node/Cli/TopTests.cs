namespace GslbServer.Tests.Cli;

public sealed class TopTests
{
    [Fact]
    public void Metrics_are_read_by_name_and_label()
    {
        var samples = MetricSamples.Parse("# HELP a b\na_total{transport=\"udp\"} 12\na_total{transport=\"tcp\"} 3\na_total{transport=\"udp\",x=\"y\"} 1\nb 1.5\nhalf a line\n");
        Assert.Equal([("udp", 12), ("tcp", 3)], samples.By("a_total", "transport"));
        Assert.Equal(1.5, samples["b"]);
        Assert.Equal(0, samples["c"]);
    }

    [Theory]
    [InlineData("plain text", 5, "plain")]
    [InlineData("\e[31mdown\e[0m and out", 6, "\e[31mdown\e[0m a")]
    [InlineData("short", 80, "short")]
    public void A_line_is_cut_at_the_edge_and_colours_take_no_place(string line, int width, string shown) => Assert.Equal(shown, TopScreen.Clip(line, width));

    [Fact]
    public void A_screen_gives_back_what_stood_there_once_and_draws_no_more()
    {
        var terminal = new StringWriter();
        using (var screen = new TopScreen(terminal))
        {
            screen.Draw(["one", "two", "three"], first: 1, "keys", width: 80, height: 3);
            screen.Dispose();
            screen.Draw(["late"], 0, "", 80, 3);
        }

        Assert.StartsWith("\e[?1049h", terminal.ToString());
        Assert.DoesNotContain("one", terminal.ToString());
        Assert.Contains("two", terminal.ToString());
        Assert.DoesNotContain("late", terminal.ToString());
        Assert.EndsWith("\e[?25h\e[?1049l", terminal.ToString());
    }
}
