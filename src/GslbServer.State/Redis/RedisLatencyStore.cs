using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>The half of <see cref="RedisStore"/> that holds round trips, on the same connection.</summary>
internal sealed class RedisLatencyStore(RedisConnection connection, Keys keys, string name) : ILatencyStore
{
    private const int MostListed = 1024;

    /// <summary>A table travels in pieces: one of a far region must not hold up reports for long, nor look like a server that hangs.</summary>
    private const int PieceOctets = 128 * 1024;

    private static readonly TimeSpan PieceDeadline = TimeSpan.FromSeconds(3);

    public string Name { get; } = name;

    public event Action? Hinted;

    public void Hint() => Hinted?.Invoke();

    public async Task<IReadOnlyList<LatencyTableName>> ListAsync(CancellationToken cancel)
    {
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
        byte[]? octets = null;
        for (int read = 0; octets is null || read < octets.Length;)
        {
            RedisResult[] answer = Values(await connection.EvaluateAsync(LatencyScripts.Read, [keys.LatencyTable(name)], [read, PieceOctets, LatencyTableName.MaxOctets], cancel,
                PieceDeadline).ConfigureAwait(false));
            int length = answer.Length == 2 ? (int)answer[0] : -1;
            byte[] piece = length < 0 ? [] : (byte[]?)answer[1] ?? [];
            octets ??= new byte[Math.Max(length, 0)];
            // It faded or was replaced between two pieces.
            if (length != octets.Length || piece.Length != Math.Min(PieceOctets, length - read))
                return null;
            piece.CopyTo(octets, read);
            read += piece.Length;
        }

        return octets;
    }

    public async Task<bool> TryAddAsync(LatencyTableName name, byte[] octets, CancellationToken cancel) => (int)await connection.EvaluateAsync(LatencyScripts.Add,
        [keys.LatencyTables, keys.LatencyTable(name)], [name.ToString(), octets, Milliseconds(Keys.LatencyLifetime), keys.Changed], cancel, PieceDeadline).ConfigureAwait(false) == 1;

    public Task WriteAssociationAsync(string nonce, Association association, CancellationToken cancel) => connection.EvaluateAsync(LatencyScripts.WriteAssociation,
        [keys.AssociationOf(nonce)], [association.Resolver.ToString(), association.ClientSubnet, Milliseconds(Keys.AssociationLifetime)], cancel);

    public async Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel)
    {
        RedisResult[] held = Values(await connection.EvaluateAsync(LatencyScripts.TakeAssociation, [keys.AssociationOf(nonce)], [], cancel).ConfigureAwait(false));
        return held.Length == 2 && IPAddress.TryParse((string?)held[0], out IPAddress? resolver) ? new Association(resolver, (string?)held[1] ?? "") : null;
    }

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
