namespace GslbServer.Dns;

/// <summary>Signs a zone ahead of all questions: DNSKEY and kin at the apex, the chain of denial, and a signature of each RRset by each key that signs it (RFC 4035 section 2).</summary>
public static class ZoneSigner
{
    /// <summary>What would soon have to be signed again is at once, so that a zone is gone through twice a day at most.</summary>
    private const double Ahead = 1 / 14.0;

    /// <returns>The same zone, with signatures.</returns>
    public static Zone Sign(Zone zone, SigningWork work)
    {
        var run = new Run(zone, work);
        ZoneSignatures signatures = run.Sign();
        if (work.Before?.Signatures is { } before && before.Context != signatures.Context) work.Answers.Move(before.Context, signatures.Context, work.Now);
        return zone.With(signatures);
    }

    /// <summary>What is wrong with the keys, a line each; a zone is signed only without any.</summary>
    public static IEnumerable<string> Check(DomainName apex, ZoneKeySet keys, DateTimeOffset now) => KeySetChecks.Check(apex, keys, now);

    private sealed class Run
    {
        private readonly Zone _zone;
        private readonly SigningWork _work;
        private readonly RRsetSigner _signer;
        private readonly NameTypes _types;
        private readonly (RecordType Type, uint Ttl, IReadOnlyList<byte[]> Rdatas)[] _atApex;
        private readonly NsecChain? _nsec;
        private readonly Nsec3Chain? _nsec3;
        private readonly SignatureReuse _reuse;
        private int _leastLeft = int.MaxValue; // seconds until the first signature expires
        private int _done;

        public Run(Zone zone, SigningWork work)
        {
            (_zone, _work) = (zone, work);
            SigningContext? before = work.Before?.Signatures?.Context;
            SigningContext context = before is not null && before.Apex.Equals(zone.Apex) && before.Keys.IsSame(work.Keys) ? before : new SigningContext(zone.Apex, work.Keys);
            _signer = new RRsetSigner(context, work.Now);
            SignatureTimes times = work.Keys.Times;
            _reuse = new SignatureReuse(work.Before, context, RRsetSigner.SecondsOf(work.Now), (int)(times.RefreshBelow + (times.Validity * Ahead)).TotalSeconds);
            _atApex = [.. ApexSets(work.Keys)];
            _types = new NameTypes(zone, work.Keys.Denial, [.. _atApex.Select(set => set.Type)], work.SteeredTypes);
            _nsec = work.Keys.Denial == DenialKind.Nsec ? new NsecChain(zone, new CanonicalOrder(zone.Names), _types) : null;
            _nsec3 = work.Keys.Denial == DenialKind.Nsec3 ? new Nsec3Chain(zone, _types) : null;
        }

        public ZoneSignatures Sign()
        {
            var names = new SignedEntries(_zone.Names.Count);
            SignedEntries? hashed = _nsec3 is null ? null : new SignedEntries(_nsec3.Count);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _work.Threads };
            Parallel.For(0, names.BlockCount, parallel, block => SignNames(new SignedEntries.Writer(names, block)));
            if (hashed is not null) Parallel.For(0, hashed.BlockCount, parallel, block => SignHashed(new SignedEntries.Writer(hashed, block)));
            return new ZoneSignatures(_zone, _signer, names, _nsec, _nsec3, hashed, _work.Answers)
            {
                RefreshAt = _work.Now.AddSeconds(_leastLeft) - _work.Keys.Times.RefreshBelow,
            };
        }

        private static IEnumerable<(RecordType Type, uint Ttl, IReadOnlyList<byte[]> Rdatas)> ApexSets(ZoneKeySet keys)
        {
            yield return (RecordType.DNSKEY, keys.KeyTtl, [.. keys.Published.Select(key => key.Rdata.ToArray())]);
            if (keys.Cds.Count > 0) yield return (RecordType.CDS, keys.KeyTtl, keys.Cds);
            if (keys.Cdnskey.Count > 0) yield return (RecordType.CDNSKEY, keys.KeyTtl, keys.Cdnskey);
            if (keys.Denial == DenialKind.Nsec3) yield return (RecordType.NSEC3PARAM, 0, [Nsec3Hash.Parameters.ToArray()]);
        }

        private void SignNames(SignedEntries.Writer entries)
        {
            Span<byte> buffer = stackalloc byte[MessageLimits.Name];
            var types = new List<RecordType>();
            int leastLeft = int.MaxValue;
            for (int node = entries.First; node < entries.End; node++)
            {
                if (!_types.IsInChain(node))
                {
                    entries.Skip(node);
                    continue;
                }
                ReadOnlySpan<byte> owner = _zone.Names.NameOf(node, _zone.Apex.Wire, buffer);
                AddSets(entries, node, owner, types);
                int before = _reuse.NodeOf(owner);
                foreach (RRset set in entries.Sets) AddSignatures(entries, owner, set, _reuse.FindAdded(before, set), ref leastLeft);
                foreach (RRset set in _zone.SetsOf(node))
                {
                    if (_types.IsSigned(node, set.Type)) AddSignatures(entries, owner, set, _reuse.Find(before, set), ref leastLeft);
                }
                entries.EndEntry(node);
            }
            EndBlock(entries, leastLeft);
        }

        /// <summary>RRsets that are there because the zone is signed.</summary>
        private void AddSets(SignedEntries.Writer entries, int node, ReadOnlySpan<byte> owner, List<RecordType> types)
        {
            if (node == 0)
            {
                foreach ((RecordType type, uint ttl, IReadOnlyList<byte[]> rdatas) in _atApex) entries.AddSet(type, ttl, rdatas);
            }
            if (_nsec3 is not null) return;
            _types.Find(node, types);
            byte[] next = _nsec is null ? CompactDenial.Successor(owner) : _zone.Names.NameOf(_nsec.Next(node), _zone.Apex.Wire, stackalloc byte[MessageLimits.Name]).ToArray();
            entries.AddSet(RecordType.NSEC, _zone.NegativeTtl, [[.. next, .. TypeBitmap.Of(types)]]);
        }

        private void SignHashed(SignedEntries.Writer entries)
        {
            var types = new List<RecordType>();
            int leastLeft = int.MaxValue;
            byte[] owner = [.. new byte[Nsec3Hash.LabelLength], .. _zone.Apex.Wire];
            for (int index = entries.First; index < entries.End; index++)
            {
                _types.Find(_nsec3!.NodeAt(index), types);
                entries.AddSet(RecordType.NSEC3, _zone.NegativeTtl, [[.. Nsec3Hash.Parameters, Nsec3Hash.Length, .. _nsec3.HashAfter(index), .. TypeBitmap.Of(types)]]);
                Nsec3Hash.WriteLabel(_nsec3.HashAt(index), owner);
                int before = _reuse.IndexOf(_nsec3.HashAt(index));
                foreach (RRset set in entries.Sets) AddSignatures(entries, owner, set, _reuse.FindHashed(before, set), ref leastLeft);
                entries.EndEntry(index);
            }
            EndBlock(entries, leastLeft);
        }

        /// <param name="known">Signatures to use again; empty to sign.</param>
        private void AddSignatures(SignedEntries.Writer entries, ReadOnlySpan<byte> owner, in RRset set, ReadOnlySpan<byte> known, ref int leastLeft)
        {
            ReadOnlySpan<byte> signatures = known.IsEmpty ? _signer.Sign(owner, set) : known;
            // What is brought along signed ends when it ends; its owner brings the next.
            bool isOurs = !SigningContext.IsKeyType(set.Type) || _work.Keys.Presigned.Count == 0;
            if (isOurs) leastLeft = Math.Min(leastLeft, RRsetSigner.SecondsLeft(signatures, RRsetSigner.SecondsOf(_work.Now)));
            entries.AddSignatures(set.Type, set.Ttl, signatures);
        }

        private void EndBlock(SignedEntries.Writer entries, int leastLeft)
        {
            entries.EndBlock();
            lock (_reuse) _leastLeft = Math.Min(_leastLeft, leastLeft);
            int done = Interlocked.Add(ref _done, entries.End - entries.First);
            _work.Progress?.Invoke(done, _zone.Names.Count + (_nsec3?.Count ?? 0));
        }
    }
}
