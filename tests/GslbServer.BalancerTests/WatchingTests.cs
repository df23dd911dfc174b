using System.Buffers;
using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class WatchingTests
{
    private static readonly AccessEntry Entry = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), IPAddress.Parse("2001:db8::1"), "GET", "https", "www.example.org", "/a", "HTTP/2", "web", "shop", "one",
        200, 12, 1.23456, 0.5, 1, "0af7651916cd43dd8448eb211c80319c", SslProtocols.Tls13, Refusal.None);

    [Fact]
    public void A_line_of_the_access_log_is_one_object() => Assert.Equal("""
        {"time":"2026-01-02T03:04:05.678Z","client":"2001:db8::1","method":"GET","scheme":"https","host":"www.example.org","path":"/a","protocol":"HTTP/2","route":"web","cluster":"shop","backend":"one","status":200,"bytes":12,"ms":1.235,"ttfbMs":0.5,"attempts":1,"traceId":"0af7651916cd43dd8448eb211c80319c","tls":"Tls13"}
        """, Line(Entry));

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        string line = Line(Entry with { Backend = null, TraceId = null, Tls = null, Refusal = Refusal.Rate });
        Assert.EndsWith("\"ms\":1.235,\"ttfbMs\":0.5,\"attempts\":1,\"refused\":\"rate\"}", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_can_write_a_line_of_his_own()
    {
        Gen<string> hostile = Gen.Elements("\n", "\r", "\"", "\\", "}", "{\"status\":200", "\u0000", "\u0085", "\u2028", "\u001b[2J", "\ud800", "é", "a").ArrayOf().Select(string.Concat);
        Prop.ForAll(hostile.ToArbitrary(), text =>
        {
            string line = Line(Entry with { Path = text, Host = text, Method = text });
            using JsonDocument json = JsonDocument.Parse(line);
            return !line.Any(char.IsControl) && !line.Contains('\u2028') && json.RootElement.GetProperty("path").GetString() == text.Replace('\ud800', '\ufffd');
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-will-be", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.", null)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", null)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", null)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", null)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", null)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_traceparent_is_known_by_its_form(string? header, string? traceId) => Assert.Equal(traceId, TraceParent.TraceIdOf(header));

    [Theory]
    [InlineData(true, "-01")]
    [InlineData(false, "-00")]
    public void A_new_trace_has_that_form(bool isSampled, string flags)
    {
        (string header, string traceId) = TraceParent.New(isSampled);
        Assert.Equal(traceId, TraceParent.TraceIdOf(header));
        Assert.EndsWith(flags, header, StringComparison.Ordinal);
    }

    private static string Line(AccessEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, AccessLog.Format);
        entry.Write(json);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
