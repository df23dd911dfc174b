using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>A map as octets, about 8 for each prefix and region: an <see cref="Envelope"/> around integers as LEB128.</summary>
internal static class LatencyMapCodec
{
    /// <summary>Version 1 did not tell what moves promised.</summary>
    private const byte Kind = (byte)'M', Version = 2;

    private const int MostPrefixes = 4_000_000;

    public static byte[] Encode(LatencyMapContent map)
    {
        var writer = new OctetWriter();
        writer.Integer(map.Epoch);
        writer.Text(map.PreviousHash);
        writer.Integer((ulong)map.Regions.Length);
        foreach (LatencyRegion region in map.Regions)
        {
            writer.Text(region.Label);
            Real(writer, region.Latitude);
            Real(writer, region.Longitude);
        }

        Real(writer, map.Model.BaseMs);
        Real(writer, map.Model.SlopeMsPerKm);
        Real(writer, map.Model.SigmaMs);
        writer.Integer((ulong)map.Trials.Moved);
        Real(writer, map.Trials.PredictedGain);
        Real(writer, map.Trials.RealisedGain);
        writer.Integer((ulong)map.Trials.HeldOut);
        Real(writer, map.Trials.HeldOutDrift);
        writer.Integer((ulong)map.Trials.Reverted);
        writer.Integer((ulong)map.Moves);
        writer.Integer((ulong)map.Postponed);
        WritePrefixes(writer, map);
        WriteWide(writer, map.Wide);
        return Envelope.Wrap(Kind, Version, writer.Written);
    }

    public static LatencyMapContent? Decode(ReadOnlySpan<byte> octets, out string problem)
    {
        if (!Envelope.TryUnwrap(Kind, Version, octets, out byte version, out ReadOnlySpan<byte> content, out problem))
            return null;
        var reader = new OctetReader(content);
        LatencyMapContent? map = Read(ref reader, version);
        problem = map is null ? "a field is cut or out of range" : "";
        return map;
    }

    private static LatencyMapContent? Read(ref OctetReader reader, byte version)
    {
        double predicted = 0;
        if (!reader.TryInteger(uint.MaxValue, out ulong epoch) || !reader.TryText(out string previous) || ReadRegions(ref reader) is not { } regions
            || !TryReal(ref reader, out double start) || !TryReal(ref reader, out double slope) || !TryReal(ref reader, out double sigma)
            || !reader.TryInteger(int.MaxValue, out ulong moved) || (version > 1 && !TryReal(ref reader, out predicted)) || !TryReal(ref reader, out double gain) || !reader.TryInteger(int.MaxValue, out ulong heldOut)
            || !TryReal(ref reader, out double drift) || !reader.TryInteger(int.MaxValue, out ulong reverted) || !reader.TryInteger(int.MaxValue, out ulong moves)
            || !reader.TryInteger(int.MaxValue, out ulong postponed))
            return null;
        var map = new LatencyMapContent
        {
            Epoch = (uint)epoch,
            PreviousHash = previous,
            Regions = regions,
            Model = new DistanceModel(start, slope, sigma),
            Trials = new LatencyTrials((int)moved, predicted, gain, (int)heldOut, drift, (int)reverted),
            Moves = (int)moves,
            Postponed = (int)postponed,
        };
        return ReadPrefixes(ref reader, map, version) is { } withPrefixes && ReadWide(ref reader, regions.Length) is { } wide && reader.AtEnd
            ? withPrefixes with { Wide = wide } : null;
    }

    private static ImmutableArray<LatencyRegion>? ReadRegions(ref OctetReader reader)
    {
        if (!reader.TryInteger(LatencyOptions.MaxRegions, out ulong count))
            return null;
        var regions = ImmutableArray.CreateBuilder<LatencyRegion>();
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryText(out string label) || !TryReal(ref reader, out double latitude) || !TryReal(ref reader, out double longitude))
                return null;
            regions.Add(new LatencyRegion(label, latitude, longitude));
        }

        return regions.ToImmutable();
    }

    private static void WritePrefixes(OctetWriter writer, LatencyMapContent map)
    {
        writer.Integer((ulong)map.Keys.Length);
        ulong before = 0;
        for (int group = 0; group < map.Keys.Length; group++)
        {
            writer.Integer(map.Keys[group] - before);
            before = map.Keys[group];
            foreach (byte region in map.OrderOf(group))
                writer.Octet(region);
            foreach (MapCell cell in map.CellsOf(group))
            {
                writer.Integer(cell.Settled);
                writer.Signed(cell.Fresh - cell.Settled);
                writer.Integer(cell.Error);
                writer.Integer(cell.Samples);
                writer.Integer(cell.AgeMinutes);
                writer.Octet((byte)cell.Source);
            }

            GroupState state = map.States[group];
            writer.Octet((byte)state.Flags);
            writer.Integer(state.MovedAt);
            writer.Octet(state.From);
            writer.Integer(state.Baseline);
            writer.Integer(state.BannedUntil);
            writer.Integer(state.Predicted);
        }
    }

    private static LatencyMapContent? ReadPrefixes(ref OctetReader reader, LatencyMapContent map, byte version)
    {
        int regions = map.Regions.Length;
        int leastOctets = 6 + (7 * regions);
        if (!reader.TryInteger((ulong)Math.Min(MostPrefixes, reader.Left / leastOctets), out ulong count))
            return null;
        map = map with
        {
            Keys = new ulong[count],
            Orders = new byte[(int)count * regions],
            Cells = new MapCell[(int)count * regions],
            States = new GroupState[count],
        };
        ulong key = 0;
        for (int group = 0; group < (int)count; group++)
        {
            if (!reader.TryInteger(ulong.MaxValue - key, out ulong delta) || delta == 0)
                return null;
            key += delta;
            map.Keys[group] = key;
            if (!new LatencyKey(key).IsNarrow || !new LatencyKey(key).IsValid || !TryOrder(ref reader, map.Orders.AsSpan(group * regions, regions))
                || !TryCells(ref reader, map.Cells.AsSpan(group * regions, regions)) || !TryState(ref reader, regions, version, out map.States[group]))
                return null;
        }

        return map;
    }

    private static bool TryOrder(ref OctetReader reader, Span<byte> order)
    {
        ulong seen = 0;
        foreach (ref byte place in order)
        {
            if (!reader.TryOctet(out place) || place >= order.Length || (seen & (1UL << place)) != 0)
                return false;
            seen |= 1UL << place;
        }

        return true;
    }

    private static bool TryCells(ref OctetReader reader, Span<MapCell> cells)
    {
        foreach (ref MapCell cell in cells)
        {
            if (!reader.TryInteger(ushort.MaxValue, out ulong settled) || !reader.TrySigned(out long change) || (long)settled + change is < 0 or > ushort.MaxValue
                || !reader.TryInteger(ushort.MaxValue, out ulong error) || !reader.TryInteger(ushort.MaxValue, out ulong samples)
                || !reader.TryInteger(ushort.MaxValue, out ulong age) || !reader.TryOctet(out byte source) || source > (byte)EstimateSource.Imported)
                return false;
            cell = new MapCell((ushort)settled, (ushort)((long)settled + change), (ushort)error, (ushort)samples, (ushort)age, (EstimateSource)source);
        }

        return true;
    }

    private static bool TryState(ref OctetReader reader, int regions, byte version, out GroupState state)
    {
        state = default;
        ulong predicted = 0;
        if (!reader.TryOctet(out byte flags) || flags > 127 || !reader.TryInteger(uint.MaxValue, out ulong moved) || !reader.TryOctet(out byte from)
            || (from > 0 && from >= regions) || !reader.TryInteger(ushort.MaxValue, out ulong baseline) || !reader.TryInteger(uint.MaxValue, out ulong banned)
            || (version > 1 && !reader.TryInteger(ushort.MaxValue, out predicted)))
            return false;
        state = new GroupState((GroupFlags)flags, (uint)moved, from, (ushort)baseline, (uint)banned, (ushort)predicted);
        return true;
    }

    private static void WriteWide(OctetWriter writer, WideTable wide)
    {
        writer.Integer((ulong)wide.Keys.Length);
        int regions = wide.Keys.Length == 0 ? 0 : wide.Cells.Length / wide.Keys.Length;
        ulong before = 0;
        for (int line = 0; line < wide.Keys.Length; line++)
        {
            writer.Integer(wide.Keys[line] - before);
            before = wide.Keys[line];
            foreach (WideCell cell in wide.Cells.AsSpan(line * regions, regions))
            {
                writer.Signed(cell.Residual);
                writer.Integer(cell.Sigma);
                writer.Integer(cell.Members);
                writer.Signed(cell.Fresh);
                writer.Integer(cell.Absolute);
            }
        }
    }

    private static WideTable? ReadWide(ref OctetReader reader, int regions)
    {
        if (!reader.TryInteger((ulong)(reader.Left / (1 + (5 * regions))), out ulong count))
            return null;
        var wide = new WideTable(new ulong[count], new WideCell[(int)count * regions]);
        ulong key = 0;
        for (int line = 0; line < (int)count; line++)
        {
            if (!reader.TryInteger(ulong.MaxValue - key, out ulong delta) || delta == 0 || !new LatencyKey(key += delta).IsValid)
                return null;
            wide.Keys[line] = key;
            foreach (ref WideCell cell in wide.Cells.AsSpan(line * regions, regions))
            {
                if (!reader.TrySigned(out long residual) || !reader.TryInteger(ushort.MaxValue, out ulong sigma) || !reader.TryInteger(ushort.MaxValue, out ulong members)
                    || !reader.TrySigned(out long fresh) || !reader.TryInteger(ushort.MaxValue, out ulong absolute) || residual != (int)residual || fresh != (int)fresh)
                    return null;
                cell = new WideCell((int)residual, (ushort)sigma, (ushort)members, (int)fresh, (ushort)absolute);
            }
        }

        return wide;
    }

    private static void Real(OctetWriter writer, double value) => writer.Integer(BitConverter.DoubleToUInt64Bits(value));

    private static bool TryReal(ref OctetReader reader, out double value)
    {
        bool read = reader.TryInteger(ulong.MaxValue, out ulong bits);
        value = BitConverter.UInt64BitsToDouble(bits);
        return read && double.IsFinite(value);
    }
}
