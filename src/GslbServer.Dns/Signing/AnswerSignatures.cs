namespace GslbServer.Dns;

/// <summary>Signatures of what is not known before somebody asks: each distinct set of steered answers, and the denial of names in zones with compact denial. Made on first
/// use, kept, and made again in the background at half their validity. All zones of a node share it.</summary>
/// <remarks>Whoever finds a signature takes no lock and allocates nothing. Whoever does not pays for it out of a budget that is filled with time, so that questions
/// nobody asked before cannot take the processor from those that everybody asks.</remarks>
public sealed class AnswerSignatures
{
    private readonly SignatureCache _answers;
    private readonly SignatureCache _denials;
    private readonly SigningBudget _answerBudget;
    private readonly SigningBudget _denialBudget;
    private long _now; // ticks of UTC
    private long _made, _refused;

    public AnswerSignatures(AnswerSignatureOptions options)
    {
        _answers = new SignatureCache(options.Answers);
        _denials = new SignatureCache(options.Denials);
        _answerBudget = new SigningBudget(options.SignaturesPerSecond);
        _denialBudget = new SigningBudget(options.DenialsPerSecond);
    }

    /// <summary>Signatures made while somebody waited.</summary>
    public long Made => Volatile.Read(ref _made);

    /// <summary>Signatures not made because the budget was spent: each a SERVFAIL.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Signatures kept.</summary>
    public int Count => _answers.Count + _denials.Count;

    /// <summary>Tells the time and fills the budgets with what has passed; some times a second. Before the first call nothing is signed.</summary>
    public void Tick(DateTimeOffset now)
    {
        long before = Volatile.Read(ref _now);
        TimeSpan passed = before == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Max(0, now.UtcTicks - before));
        Volatile.Write(ref _now, now.UtcTicks);
        _answerBudget.Fill(passed);
        _denialBudget.Fill(passed);
    }

    /// <summary>Signs again, one time each, what was used since it was last signed and has less than half of its validity left; what was not used is forgotten.</summary>
    /// <param name="most">Signatures that one call may make.</param>
    public void Refresh(DateTimeOffset now, int most)
    {
        uint seconds = RRsetSigner.SecondsOf(now);
        foreach (SignatureCache cache in (SignatureCache[])[_answers, _denials])
        {
            foreach (SignedAnswer kept in cache.All)
            {
                SignatureTimes times = kept.Context.Keys.Times;
                if (RRsetSigner.SecondsLeft(kept.Signatures, seconds) > times.RefreshBelow.TotalSeconds) continue;
                if (!kept.IsUsed) cache.Remove(kept);
                else if (most-- > 0) cache.Put(kept.SignedBy(new RRsetSigner(kept.Context, now)));
                else return;
            }
        }
    }

    /// <summary>Signs what was used under one context under another, before that one answers.</summary>
    internal void Move(SigningContext from, SigningContext to, DateTimeOffset now)
    {
        var signer = new RRsetSigner(to, now);
        foreach (SignatureCache cache in (SignatureCache[])[_answers, _denials])
        {
            foreach (SignedAnswer kept in cache.All)
            {
                if (kept.Context == from && kept.IsUsed) cache.Put(kept.SignedBy(signer));
            }
        }
    }

    /// <summary>Hot: an answer that was signed before; else null.</summary>
    /// <param name="nameHash"><see cref="NameOctets.LongHash"/> of the owner.</param>
    /// <param name="data">Addresses one after the other; of other types records, each after its length.</param>
    internal SignedAnswer? Find(SigningContext context, ReadOnlySpan<byte> owner, ulong nameHash, RecordType type, uint originalTtl, ReadOnlySpan<byte> data)
        => _answers.Find(SignatureCache.HashOf(nameHash, type, originalTtl, data), context, owner, type, originalTtl, data);

    /// <summary>The signatures of an answer, made now if nobody asked before.</summary>
    /// <param name="signatures">Records, each after its length.</param>
    /// <returns>False when the budget is spent.</returns>
    internal bool TrySign(SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data, out ReadOnlySpan<byte> signatures)
        => FindOrSign(_answers, _answerBudget, context, owner, type, originalTtl, data, out signatures);

    /// <summary>Likewise, for what says that something is not there or is there by a wildcard: questions without number.</summary>
    internal bool TrySignDenial(SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data, out ReadOnlySpan<byte> signatures)
        => FindOrSign(_denials, _denialBudget, context, owner, type, originalTtl, data, out signatures);

    private bool FindOrSign(SignatureCache cache, SigningBudget budget, SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data,
        out ReadOnlySpan<byte> signatures)
    {
        ulong nameHash = NameOctets.LongHash(owner);
        signatures = default;
        SignedAnswer? kept = cache.Find(SignatureCache.HashOf(nameHash, type, originalTtl, data), context, owner, type, originalTtl, data);
        if (kept is not null)
        {
            signatures = kept.Signatures;
            return true;
        }
        // The same addresses in another order have the same signature.
        byte[] sorted = Sorted(type, data);
        kept = cache.Find(SignatureCache.HashOf(nameHash, type, originalTtl, sorted), context, owner, type, originalTtl, sorted);
        if (kept is null)
        {
            long now = Volatile.Read(ref _now);
            if (now == 0 || !budget.TryTake())
            {
                Interlocked.Increment(ref _refused);
                return false;
            }
            Interlocked.Increment(ref _made);
            kept = SignedAnswer.Make(new RRsetSigner(context, new DateTimeOffset(now, TimeSpan.Zero)), owner, type, originalTtl, sorted);
            cache.Put(kept);
        }
        signatures = kept.Signatures;
        if (!data.SequenceEqual(sorted)) cache.Put(new SignedAnswer(context, owner, type, originalTtl, data, signatures.ToArray()));
        return true;
    }

    private static byte[] Sorted(RecordType type, ReadOnlySpan<byte> data)
    {
        int length = SignedAnswer.AddressLength(type);
        if (length == 0 || data.Length <= length) return data.ToArray();
        byte[][] addresses = new byte[data.Length / length][];
        for (int i = 0; i < addresses.Length; i++) addresses[i] = data.Slice(i * length, length).ToArray();
        Array.Sort(addresses, static (left, right) => left.AsSpan().SequenceCompareTo(right));
        return [.. addresses.SelectMany(address => address)];
    }
}
