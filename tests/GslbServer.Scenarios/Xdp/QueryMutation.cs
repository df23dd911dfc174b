namespace GslbServer.Scenarios.Xdp;

/// <summary>Queries that are none any more, or others.</summary>
internal static class QueryMutation
{
    public static byte[] Of(Random random, byte[] query)
    {
        var octets = new List<byte>(query);
        for (int changes = random.Next(1, 4); changes > 0 && octets.Count > 0; changes--)
        {
            int at = random.Next(octets.Count);
            switch (random.Next(4))
            {
                case 0:
                    octets[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    octets[at] = (byte)random.Next(256);
                    break;
                case 2:
                    octets.RemoveRange(at, random.Next(1, octets.Count - at + 1));
                    break;
                default:
                    octets.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 30)));
                    break;
            }
        }

        return [.. octets];
    }
}
