using System.Runtime.CompilerServices;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>One style for zone files, and not one word lost.</summary>
public sealed class ZoneFormatterTests
{
    [Fact]
    public void Records_between_empty_lines_share_their_columns() => Assert.Equal(
        """
        $ORIGIN example.org.
        $TTL 300
        @    SOA  ns1 hostmaster 1 3600 600 86400 30  ; serial first
             NS   ns1
        ns1  A    192.0.2.53                          ; the only one

        ; who may be asked for
        www  30 STEER  geo us eu check=web
        api  IN A      192.0.2.1

        """,
        ZoneFormatter.Format("$ORIGIN  example.org.\n$TTL 300\n@ soa ns1 hostmaster 1 3600 600 86400 30 ; serial first\n  NS ns1\nns1\tA   192.0.2.53 ; the only one\n\n\n\n"
            + "; who may be asked for\nwww 30 steer geo us  eu check=web\napi in a 192.0.2.1\n\n"));

    [Fact]
    public void Long_records_keep_their_lines_below_their_data() => Assert.Equal(
        """
        @     SOA    ns1 hostmaster (
                     1          ; serial
                     3600 600 86400 30 )
        shop  STEER  geo us eu (
                     map=EU:eu  ; Europe
                     "only=EEA:eu" )

        """,
        ZoneFormatter.Format("@ SOA ns1 hostmaster (\n 1 ; serial\n 3600 600 86400 30 )\nshop STEER geo us eu (\n   map=EU:eu   ; Europe\n   \"only=EEA:eu\" )\n"));

    [Theory]
    [InlineData("a TXT \"b  c\" \"d;e\" f\\;g key=\"x y\"\n", "a  TXT  \"b  c\" \"d;e\" f\\;g key=\"x y\"\n")]
    [InlineData("a\\ b TXT (\"x\"\"y\")\n", "a\\ b  TXT  ( \"x\"\"y\" )\n")]
    [InlineData("(a TXT b)\n", "( a TXT b )\n")]
    [InlineData("a TYPE65301 \\# 2 abcd\n", "a  TYPE65301  \\# 2 abcd\n")]
    [InlineData("a 1h IN type1 \\# 4 c0000201\r\n", "a  1h IN TYPE1  \\# 4 c0000201\n")]
    [InlineData("\n\n; only this\n\n", "; only this\n")]
    [InlineData("  ; indented\n", "; indented\n")]
    [InlineData("", "")]
    [InlineData("a A 192.0.2.1", "a  A  192.0.2.1\n")]
    [InlineData("$GENERATE 1-3 h$ A 192.0.2.$\n", "$GENERATE 1-3 h$ A 192.0.2.$\n")]
    public void Words_stay_as_they_are(string text, string formatted) => Assert.Equal(formatted, ZoneFormatter.Format(text));

    [Fact]
    public void What_is_formatted_stays_as_it_is_and_says_the_same()
    {
        foreach (string file in (string[])["every-type.zone", "odd-syntax.zone"])
        {
            string text = File.ReadAllText(Path.Combine(Folder(), file), System.Text.Encoding.Latin1), formatted = ZoneFormatter.Format(text);
            Assert.Equal(Records(text), Records(formatted));
            Assert.Equal(formatted, ZoneFormatter.Format(formatted));
        }
    }

    [Fact]
    public void Any_zone_that_can_be_read_says_the_same_when_formatted()
    {
        var random = new Random(11);
        int read = 0;
        for (int i = 0; i < 5_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Entry(random)));
            string formatted = ZoneFormatter.Format(text);
            if (HasSyntaxErrors(text)) continue;
            read++;
            Assert.Equal(Records(text), Records(formatted));
            Assert.Equal(formatted, ZoneFormatter.Format(formatted));
        }

        Assert.True(read > 2_000, $"{read} of 5,000 could be read");
    }

    /// <summary>A record with blanks, comments, quotes and parentheses wherever they may stand.</summary>
    private static string Entry(Random random)
    {
        string Any(params string[] of) => of[random.Next(of.Length)];
        string[] data = random.Next(2) == 0 ? ["A", "192.0.2.1"] : ["txt", .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Any("a", "\"b  c\"", "\\;", "k=\"v w\"", "\"x\\\"y\"", "(", "\\(", ")").Replace("(", "e", StringComparison.Ordinal).Replace(")", "f", StringComparison.Ordinal))];
        string[] words = [Any("a", "www", "*", "a\\.b", "", "@"), "5", .. random.Next(2) == 0 ? (string[])["IN"] : [], .. data];
        int open = random.Next(4) == 0 ? random.Next(1, words.Length) : -1;
        var text = new System.Text.StringBuilder(words[0].Length == 0 ? Any(" ", "\t") : words[0]);
        for (int i = 1; i < words.Length; i++)
        {
            text.Append(Any(" ", "  ", "\t")).Append(i == open ? Any("(", "( ", "(\n", "( ; x\n ") : open > 0 && i > open ? Any(" ", "\n  ", "; y)\n") : "").Append(words[i]);
        }

        return text.Append(open > 0 ? Any(")", " )", "\n)") : "").Append(Any("\n", " ; z\n", "\r\n", "\n\n\n", ";(\n")).ToString();
    }

    private static bool HasSyntaxErrors(string text) => Read(text).Diagnostics.Any(one => one.Severity == DiagnosticSeverity.Error && !one.Message.Contains("SOA", StringComparison.Ordinal));

    private static string[] Records(string text) => [.. Read(text).Records.Select(record => record.ToString())];

    private static ZoneFile Read(string text) => ZoneFileReader.Read("x.zone", text, DomainName.Root,
        (string written, string _) => File.Exists(Path.Combine(Folder(), written)) ? (written, File.ReadAllText(Path.Combine(Folder(), written))) : ((string, string)?)null);

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
