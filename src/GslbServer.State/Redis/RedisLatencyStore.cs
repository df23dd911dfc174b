using System.Globalization;
using System.Net;
using System.Text;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>The half of <see cref="RedisStore"/> that holds round trips, on the same connection.</summary>
internal sealed class RedisLatencyStore(RedisConnection connection, string name, StateSigner signer) : ILatencyStore
{
    private const int MostListed = 1024;

    /// <summary>A table travels in pieces: one of a far region must not hold up reports for long, nor look like a server that hangs.</summary>
    private const int PieceOctets = 64 * 1024;

    public string Name { get; } = name;

    public event Action? Hinted;

    public void Hint() => Hinted?.Invoke();

    public async Task<IReadOnlyList<LatencyTableName>> ListAsync(CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(LatencyScripts.List, [keys.LatencyTables], [MostListed], cancel).ConfigureAwait(false);
        var names = new List<LatencyTableName>();
        foreach (RedisResult listed in Values(result))
        {
            if (LatencyTableName.TryParse((string?)listed, out LatencyTableName table))
                names.Add(table);
        }

        return names;
    }

    public async Task<byte[]?> ReadAsync(LatencyTableName name, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        byte[]? octets = null;
        for (int read = 0; octets is null || read < octets.Length;)
        {
            RedisResult[] answer = Values(await connection.EvaluateAsync(LatencyScripts.Read, [keys.LatencyTable(name)], [read, PieceOctets, LatencyTableName.MaxOctets], cancel).ConfigureAwait(false));
            int length = answer.Length == 2 ? (int)answer[0] : -1;
            byte[] piece = length < 0 ? [] : (byte[]?)answer[1] ?? [];
            octets ??= new byte[Math.Max(length, 0)];
            // It faded or was replaced between two pieces.
            if (length != octets.Length || piece.Length != Math.Min(PieceOctets, length - read))
                return null;
            piece.CopyTo(octets, read);
            read += piece.Length;
        }

        // Forged is refused like damaged: by the codec, which finds nothing.
        return octets is not null && signer.TryOpenOctets(keys.LatencyTable(name), octets, out byte[] opened) ? opened : null;
    }

    public async Task<bool> TryAddAsync(LatencyTableName name, byte[] octets, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        return (int)await connection.EvaluateAsync(LatencyScripts.Add, [keys.LatencyTables, keys.LatencyTable(name)],
            [name.ToString(), signer.SealOctets(keys.LatencyTable(name), octets), Milliseconds(Keys.LatencyLifetime), keys.Changed], cancel).ConfigureAwait(false) == 1;
    }

    public async Task WriteAssociationAsync(string nonce, Association association, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        string key = keys.AssociationOf(nonce);
        await connection.EvaluateAsync(LatencyScripts.WriteAssociation, [key],
            [association.Resolver.ToString(), association.ClientSubnet, signer.Tag(key, Signed(association)), Milliseconds(Keys.AssociationLifetime)], cancel).ConfigureAwait(false);
    }

    public async Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        string key = keys.AssociationOf(nonce);
        RedisResult[] held = Values(await connection.EvaluateAsync(LatencyScripts.TakeAssociation, [key], [], cancel).ConfigureAwait(false));
        if (held.Length != 3 || !IPAddress.TryParse((string?)held[0], out IPAddress? resolver))
            return null;
        var association = new Association(resolver, (string?)held[1] ?? "");
        return signer.Verifies(key, Signed(association), (string?)held[2] ?? "") ? association : null;
    }

    private static byte[] Signed(Association association) => Encoding.UTF8.GetBytes($"{association.Resolver} {association.ClientSubnet}");

    private RedisResult[] Values(RedisResult result)
    {
        try
        {
            return (RedisResult[]?)result ?? [];
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{Name} answered with something else", e);
        }
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
