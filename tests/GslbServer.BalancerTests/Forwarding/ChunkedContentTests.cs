using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests.Forwarding;

public sealed class ChunkedContentTests
{
    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;name=value\r\nhello\r\n6 ; x\r\n world\r\n000\r\n\r\n", "hello world")]
    [InlineData("A\nhellohello\n0\n\n", "hellohello")]
    [InlineData("0\r\n\r\n", "")]
    public void Data_is_found_however_it_is_cut(string content, string data)
    {
        for (int piece = 1; piece <= content.Length; piece++)
        {
            Assert.Equal((data, true), Read(content, piece, null));
            Assert.Equal((data, true), Read(content + "HTTP/1.1 200", piece, null));
        }
    }

    [Fact]
    public void Trailers_are_told_but_none_of_the_connection()
    {
        IHeaderDictionary trailers = new HeaderDictionary();
        Assert.Equal(("a", true), Read("1\r\na\r\n0\r\ngrpc-status: 0\r\nTransfer-Encoding: x\r\n\r\n", 3, trailers));
        Assert.Equal("0", Assert.Single(trailers).Value);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("0x1\r\na\r\n0\r\n\r\n")]
    [InlineData("1 1\r\na\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("1\r\nab\r\n0\r\n\r\n")]
    [InlineData("0\r\nno colon\r\n\r\n")]
    public void What_is_no_chunk_is_refused(string content)
    {
        for (int piece = 1; piece <= content.Length; piece++) Assert.False(Read(content, piece, null).IsDone, $"in pieces of {piece}");
    }

    [Fact]
    public void Content_that_ends_early_is_not_done() => Assert.Equal(("hel", false), Read("5\r\nhel", 2, null));

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_the_memory() => Assert.False(Read("1;" + new string('x', 100_000), 1000, null).IsDone);

    [Fact]
    public void Any_octets_are_taken_or_refused_and_never_throw() =>
        Prop.ForAll<byte[], PositiveInt>((octets, piece) => Read(Encoding.Latin1.GetString(octets), piece.Get, new HeaderDictionary()) is var _).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_data_in_any_chunks_comes_out_as_it_went_in() =>
        Prop.ForAll<NonEmptyArray<NonEmptyArray<byte>>, PositiveInt>((chunks, piece) =>
        {
            string[] data = [.. chunks.Get.Select(chunk => Encoding.Latin1.GetString(chunk.Get))];
            string content = string.Concat(data.Select(chunk => $"{chunk.Length:x}\r\n{chunk}\r\n")) + "0\r\n\r\n";
            return Read(content, piece.Get, null) == (string.Concat(data), true);
        }).QuickCheckThrowOnFailure();

    private static (string Data, bool IsDone) Read(string content, int piece, IHeaderDictionary? trailers)
    {
        byte[] octets = Encoding.Latin1.GetBytes(content);
        var chunked = new ChunkedContent();
        var data = new StringBuilder();
        for (int start = 0; start < octets.Length && !chunked.IsDone;)
        {
            int taken = chunked.Take(octets.AsSpan(start, Math.Min(piece, octets.Length - start)), out ReadOnlySpan<byte> found, trailers);
            if (taken < 0) return (data.ToString(), false);
            Assert.True(taken > 0);
            data.Append(Encoding.Latin1.GetString(found));
            start += taken;
        }

        return (data.ToString(), chunked.IsDone);
    }
}
