using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The query log: an object of JSON in a line for each query that could be read. The file is opened anew each time lines are written, so that one that was moved away is followed by a new one.</summary>
internal sealed class QueryLogSink : CaptureSink
{
    public const string StandardOutput = "-";

    private const ushort ClientSubnetOption = 8;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly Func<int, string?> _regionOf;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <param name="regionOf">Name of what <see cref="CaptureHead.Region"/> says.</param>
    public QueryLogSink(string path, Func<int, string?> regionOf, TimeProvider time, ILogger logger)
        : base(path == StandardOutput ? "standard output" : path, time, logger)
        => (_path, _regionOf) = (path, regionOf);

    public void Add(in CapturedQuery query)
    {
        if (!ReceivedMessage.TryRead(query.Response.IsEmpty ? query.Packet : query.Response, out ReceivedMessage? message) || message.Questions.Count != 1)
        {
            return;
        }

        ReceivedMessage? response = query.Response.IsEmpty ? null : message;
        _line.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_line, Relaxed);
        json.WriteStartObject();
        json.WriteString("time"u8, query.At.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("client"u8, query.Head.Resolver.ToAddress().ToString());
        byte[]? subnet = message.Option(ClientSubnetOption);
        if (NetworkOf(subnet) is { } network)
        {
            json.WriteString("ecs"u8, network);
        }

        json.WriteString("name"u8, message.Questions[0].Name.ToString());
        json.WriteString("type"u8, RecordTypeName.Of(message.Questions[0].Type));
        json.WriteString("transport"u8, query.Head.Transport.ToString().ToLowerInvariant());
        if (response is null)
        {
            json.WriteBoolean("dropped"u8, true);
        }
        else
        {
            WriteResponse(json, response, subnet, query.Head.Region);
        }

        json.WriteEndObject();
        json.Flush();
        _line.Write("\n"u8);
        Add(_line.WrittenSpan);
    }

    protected override async ValueTask WriteAsync(ReadOnlyMemory<byte> entries, CancellationToken cancel)
    {
        await using Stream file = _path == StandardOutput ? Console.OpenStandardOutput() : new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await file.WriteAsync(entries, cancel);
    }

    private void WriteResponse(Utf8JsonWriter json, ReceivedMessage response, byte[]? subnet, int region)
    {
        json.WriteString("rcode"u8, response.Rcode.ToString().ToUpperInvariant());
        json.WriteStartArray("answer"u8);
        foreach (ReceivedRecord record in response.Answer)
        {
            json.WriteStringValue($"{RecordTypeName.Of(record.Type)} {RdataText.Format(record.Type, record.Rdata)}");
        }

        json.WriteEndArray();
        if (_regionOf(region) is { } name)
        {
            json.WriteString("region"u8, name);
        }

        if (subnet is { Length: >= 4 })
        {
            json.WriteNumber("scope"u8, subnet[3]);
        }

        if (response.Answer.Count > 0)
        {
            json.WriteNumber("ttl"u8, response.Answer.Min(record => record.Ttl));
        }

        if (response.IsTruncated)
        {
            json.WriteBoolean("truncated"u8, true);
        }

        json.WriteNumber("size"u8, response.Length);
    }

    /// <summary>Address and source prefix length (RFC 7871 section 6); null without one, or with one of length 0.</summary>
    private static string? NetworkOf(byte[]? option)
    {
        if (option is not { Length: > 4 } || option[2] == 0)
        {
            return null;
        }

        Span<byte> octets = stackalloc byte[option[1] == 2 ? 16 : 4];
        octets.Clear();
        ReadOnlySpan<byte> given = option.AsSpan(4);
        given[..Math.Min(given.Length, octets.Length)].CopyTo(octets);
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(octets)}/{option[2]}");
    }
}
