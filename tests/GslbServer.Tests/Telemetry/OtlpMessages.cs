namespace GslbServer.Tests.Telemetry;

/// <param name="Kind"><c>gauge</c>, <c>counter</c> (a sum that only grows, cumulative) or <c>histogram</c> (cumulative).</param>
public sealed record OtlpMetric(string Name, string Description, string Unit, string Kind, IReadOnlyList<OtlpPoint> Points);

/// <param name="Value">Of a histogram its sum.</param>
/// <param name="Start">Nanoseconds of the Unix epoch; 0 for none.</param>
public sealed record OtlpPoint(IReadOnlyDictionary<string, string> Attributes, double Value, ulong Count, IReadOnlyList<ulong> Buckets, IReadOnlyList<double> Bounds, ulong Start, ulong Time);

/// <param name="Parent">In hexadecimal; empty for none.</param>
/// <param name="IsError">By its status.</param>
public sealed record OtlpSpan(string Scope, string Name, string Trace, string Parent, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Events, bool IsError, string Message);

/// <summary>Reads what exporters send, by the field numbers of opentelemetry-proto, version 1.</summary>
public static class OtlpMessages
{
    /// <returns>The sender's attributes, and what it tells.</returns>
    public static (IReadOnlyDictionary<string, string> Resource, IReadOnlyList<OtlpMetric> Metrics) Metrics(byte[] request)
    {
        ProtobufFields whole = Assert.Single(ProtobufFields.Read(request).Messages(1));
        ProtobufFields scope = Assert.Single(whole.Messages(2));
        return (Attributes(Assert.Single(whole.Messages(1)), 1), [.. scope.Messages(2).Select(Metric)]);
    }

    public static IReadOnlyList<OtlpSpan> Spans(byte[] request) =>
    [
        .. from resource in ProtobufFields.Read(request).Messages(1) from scope in resource.Messages(2) from span in scope.Messages(2)
        let status = span.Messages(15).FirstOrDefault()
        select new OtlpSpan(scope.Messages(1).First().Text(1), span.Text(5), Convert.ToHexStringLower(span.Octets(1)), Convert.ToHexStringLower(span.Octets(4)), Attributes(span, 9),
            [.. span.Messages(11).Select(e => e.Text(2))], status?.Number(3) == 2, status?.Text(2) ?? ""),
    ];

    private static OtlpMetric Metric(ProtobufFields metric)
    {
        (int field, string kind) = metric.Has(5) ? (5, "gauge") : metric.Has(7) ? (7, "counter") : (9, "histogram");
        ProtobufFields data = metric.Messages(field).Single();
        Assert.Equal(kind == "gauge" ? 0UL : 2UL, data.Number(2));
        Assert.Equal(kind == "counter" ? 1UL : 0UL, data.Number(3));
        return new OtlpMetric(metric.Text(1), metric.Text(2), metric.Text(3), kind, [.. data.Messages(1).Select(point => kind == "histogram"
            ? new OtlpPoint(Attributes(point, 9), point.Double(5), point.Number(4), point.Fixed64s(6), [.. point.Fixed64s(7).Select(BitConverter.UInt64BitsToDouble)], point.Number(2), point.Number(3))
            : new OtlpPoint(Attributes(point, 7), point.Double(4), 0, [], [], point.Number(2), point.Number(3)))]);
    }

    /// <summary>Texts as they are, numbers in decimal.</summary>
    private static Dictionary<string, string> Attributes(ProtobufFields of, int field) => of.Messages(field).ToDictionary(pair => pair.Text(1), pair =>
    {
        ProtobufFields value = pair.Messages(2).First();
        return value.Has(3) ? $"{value.Number(3)}" : value.Text(1);
    });
}
