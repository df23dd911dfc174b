using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Reads the OPT record of a query (RFC 6891 section 6.1).</summary>
internal static class OptReader
{
    private const uint DnssecOkBit = 0x8000;

    // RFC 7873 section 4: a client cookie of 8 octets, alone or with a server cookie of 8 to 32.
    private const int ClientCookie = 8, ShortestCookie = 16, LongestCookie = 40;

    /// <summary>Fills the EDNS part of the query. Options that we do not know are ignored.</summary>
    /// <returns>BADVERS for a version that is not ours, whose options are then not read; FORMERR for options that do not add up.</returns>
    public static Rcode Read(ReadOnlySpan<byte> packet, RecordReader record, ref Query query)
    {
        query.HasEdns = true;
        query.UdpPayloadSize = record.Class;
        query.EdnsVersion = (byte)(record.Ttl >> 16);
        query.DnssecOk = (record.Ttl & DnssecOkBit) != 0;
        if (query.EdnsVersion != 0)
        {
            query.Fault = QueryFault.EdnsVersion;
            return Rcode.BadVers;
        }

        return ReadOptions(packet, record.DataOffset, record.DataOffset + record.DataLength, ref query);
    }

    /// <param name="end">Where the options end, within the packet.</param>
    /// <returns>FORMERR for options that do not add up.</returns>
    public static Rcode ReadOptions(ReadOnlySpan<byte> packet, int offset, int end, ref Query query)
    {
        while (offset < end)
        {
            if (end - offset < 4) return Fail(QueryFault.Opt, ref query);
            ushort code = BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
            offset += 4;
            if (end - offset < length) return Fail(QueryFault.Opt, ref query);
            if (ReadOption(code, packet.Slice(offset, length), offset, ref query) is not Rcode.NoError and Rcode rcode) return rcode;
            offset += length;
        }
        return Rcode.NoError;
    }

    private static Rcode ReadOption(ushort code, ReadOnlySpan<byte> data, int offset, ref Query query)
    {
        switch (code)
        {
            case EdnsOption.Nsid:
                query.WantsNsid = true;
                return Rcode.NoError;
            case EdnsOption.ClientSubnet:
                Rcode rcode = ClientSubnet.TryParse(data, out ClientSubnet subnet);
                if (rcode != Rcode.NoError) return Fail(QueryFault.Subnet, ref query);
                // Of several, the first counts; each has to be right.
                if (query.Subnet.IsPresent) return Rcode.NoError;
                query.Subnet = subnet;
                query.SubnetOffset = offset;
                return Rcode.NoError;
            case EdnsOption.Cookie:
                // Of several, the first counts, and the others may be anything (RFC 7873 section 5.2).
                if (query.HasCookie) return Rcode.NoError;
                if (data.Length is not (ClientCookie or (>= ShortestCookie and <= LongestCookie))) return Fail(QueryFault.Cookie, ref query);
                query.CookieOffset = offset;
                query.CookieLength = (byte)data.Length;
                return Rcode.NoError;
            case EdnsOption.TcpKeepAlive:
                query.WantsKeepAlive = true;
                return Rcode.NoError;
            case EdnsOption.Padding:
                query.WantsPadding = true;
                return Rcode.NoError;
            default:
                return Rcode.NoError;
        }
    }

    private static Rcode Fail(QueryFault fault, ref Query query)
    {
        query.Fault = fault;
        return Rcode.FormErr;
    }
}
