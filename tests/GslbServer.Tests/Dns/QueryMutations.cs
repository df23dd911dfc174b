namespace GslbServer.Tests.Dns;

/// <summary>Damages packets.</summary>
internal static class QueryMutations
{
    /// <summary>None to three changes.</summary>
    public static byte[] Mutate(byte[] packet, Random random)
    {
        for (int changes = random.Next(4); changes > 0 && packet.Length > 0; changes--)
        {
            int at = random.Next(packet.Length);
            switch (random.Next(6))
            {
                case 0: packet[at] = (byte)random.Next(256); break;
                case 1: packet[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: packet = packet[..at]; break;
                case 3: packet = [.. packet[..at], .. packet[at..], .. packet[at..]]; break;
                case 4: packet = [.. packet[..at], (byte)random.Next(256), .. packet[at..]]; break;
                default: packet = [.. packet, .. packet[..at]]; break;
            }
        }
        return packet;
    }
}
