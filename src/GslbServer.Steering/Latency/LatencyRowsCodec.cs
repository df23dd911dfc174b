using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Rows as octets, 8 to 10 a row. Layout, integers as LEB128: an <see cref="Envelope"/> around writer, epoch, regions, rows (key minus the one before, region, source,
/// samples, median, spread, age), links (resolver minus the one before, client, weight).</summary>
public static class LatencyRowsCodec
{
    private const byte Kind = (byte)'R', Version = 1;

    private const int LeastOctetsPerRow = 7;

    public static byte[] Encode(LatencyRows rows)
    {
        var writer = new OctetWriter();
        writer.Text(rows.Writer);
        writer.Integer(rows.Epoch);
        writer.Integer((ulong)rows.Regions.Length);
        foreach (string region in rows.Regions)
            writer.Text(region);
        writer.Integer((ulong)rows.Rows.Length);
        ulong before = 0;
        foreach (LatencyRow row in rows.Rows)
        {
            writer.Integer(row.Key.Bits - before);
            before = row.Key.Bits;
            writer.Octet(row.Region);
            writer.Octet((byte)row.Source);
            writer.Integer(row.Samples);
            writer.Integer(row.Median);
            writer.Integer(row.Spread);
            writer.Integer(row.AgeMinutes);
        }

        writer.Integer((ulong)rows.Links.Length);
        before = 0;
        foreach (ResolverLink link in rows.Links)
        {
            writer.Integer(link.Resolver.Bits - before);
            before = link.Resolver.Bits;
            writer.Integer(link.Client.Bits);
            writer.Integer(link.Weight);
        }

        return Envelope.Wrap(Kind, Version, writer.Written);
    }

    /// <summary>Never throws: a table that was cut, changed or is foreign is refused whole.</summary>
    /// <param name="problem">For people, when the result is null.</param>
    public static LatencyRows? Decode(ReadOnlySpan<byte> octets, out string problem)
    {
        if (!Envelope.TryUnwrap(Kind, Version, octets, out _, out ReadOnlySpan<byte> content, out problem))
            return null;
        var reader = new OctetReader(content);
        problem = "a field is cut or out of range";
        if (!reader.TryText(out string writer) || !reader.TryInteger(uint.MaxValue, out ulong epoch) || ReadRegions(ref reader) is not { } regions
            || ReadRows(ref reader, regions.Length) is not { } rows || ReadLinks(ref reader) is not { } links || !reader.AtEnd)
            return null;
        problem = "";
        return new LatencyRows(writer, (uint)epoch, regions, rows, links);
    }

    private static ImmutableArray<string>? ReadRegions(ref OctetReader reader)
    {
        if (!reader.TryInteger(LatencyOptions.MaxRegions, out ulong count))
            return null;
        var regions = ImmutableArray.CreateBuilder<string>();
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryText(out string region) || regions.Contains(region))
                return null;
            regions.Add(region);
        }

        return regions.ToImmutable();
    }

    private static ImmutableArray<LatencyRow>? ReadRows(ref OctetReader reader, int regions)
    {
        if (!reader.TryInteger((ulong)reader.Left / LeastOctetsPerRow, out ulong count))
            return null;
        var rows = ImmutableArray.CreateBuilder<LatencyRow>((int)count);
        ulong key = 0;
        int lastRegion = -1;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryInteger(ulong.MaxValue - key, out ulong delta) || !reader.TryOctet(out byte region) || !reader.TryOctet(out byte source)
                || !reader.TryInteger(ushort.MaxValue, out ulong samples) || !reader.TryInteger(ushort.MaxValue, out ulong median)
                || !reader.TryInteger(ushort.MaxValue, out ulong spread) || !reader.TryInteger(ushort.MaxValue, out ulong age))
                return null;
            key += delta;
            bool isInOrder = delta > 0 || region > lastRegion;
            lastRegion = region;
            if (!isInOrder || !new LatencyKey(key).IsValid || region >= regions || source > (byte)LatencySource.Connection || samples == 0 || median == 0)
                return null;
            rows.Add(new LatencyRow(new LatencyKey(key), region, (LatencySource)source, (ushort)samples, (ushort)median, (ushort)spread, (ushort)age));
        }

        return rows.MoveToImmutable();
    }

    private static ImmutableArray<ResolverLink>? ReadLinks(ref OctetReader reader)
    {
        if (!reader.TryInteger((ulong)reader.Left / 3, out ulong count))
            return null;
        var links = ImmutableArray.CreateBuilder<ResolverLink>((int)count);
        ulong resolver = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryInteger(ulong.MaxValue - resolver, out ulong delta) || !reader.TryInteger(ulong.MaxValue, out ulong client)
                || !reader.TryInteger(ushort.MaxValue, out ulong weight))
                return null;
            resolver += delta;
            var link = new ResolverLink(new LatencyKey(resolver), new LatencyKey(client), (ushort)weight);
            bool isInOrder = delta > 0 || links.Count == 0 || link.Client.CompareTo(links[^1].Client) > 0;
            if (!isInOrder || weight == 0 || !link.Resolver.IsNarrow || !link.Resolver.IsValid || !link.Client.IsNarrow || !link.Client.IsValid)
                return null;
            links.Add(link);
        }

        return links.MoveToImmutable();
    }
}
