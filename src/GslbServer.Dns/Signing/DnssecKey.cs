using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>A key of a zone as its DNSKEY record tells it (RFC 4034 section 2), with its private part where this node has it. Immutable; any number of threads may sign.</summary>
public sealed class DnssecKey
{
    /// <summary>Flags of a key that signs the zone's data.</summary>
    public const ushort ZoneKey = 256;

    /// <summary>Flags of a key that the parent points at (SEP, RFC 3757).</summary>
    public const ushort SecureEntryPoint = 257;

    /// <summary>RFC 8624 section 3.1 and RFC 5702 section 2.1: less is too weak, more is not defined.</summary>
    private const int MinRsaBits = 1024, MaxRsaBits = 4096;

    private readonly byte[] _rdata;
    private readonly PrivateKeyPool? _private;

    private DnssecKey(byte[] rdata, PrivateKeyPool? privateKey)
    {
        _rdata = rdata;
        _private = privateKey;
        Tag = TagOf(rdata);
    }

    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_rdata);

    public DnssecAlgorithm Algorithm => (DnssecAlgorithm)_rdata[3];

    /// <summary>As the algorithm writes it: exponent and modulus (RFC 3110), or the point's two coordinates (RFC 6605 section 4).</summary>
    public ReadOnlySpan<byte> PublicKey => _rdata.AsSpan(4);

    /// <summary>RDATA of the DNSKEY record.</summary>
    public ReadOnlySpan<byte> Rdata => _rdata;

    /// <summary>RFC 4034 appendix B.</summary>
    public ushort Tag { get; }

    /// <summary>Whether the parent is meant to point at it.</summary>
    public bool IsSecureEntryPoint => (Flags & 1) != 0;

    /// <summary>Whether the private part is here.</summary>
    public bool CanSign => _private is not null;

    /// <param name="key">On P-256 or P-384; its private part is copied.</param>
    /// <exception cref="ArgumentException">Another curve.</exception>
    /// <exception cref="CryptographicException">The private part cannot be exported.</exception>
    public static DnssecKey From(ECDsa key, ushort flags)
    {
        ECParameters all = key.ExportParameters(includePrivateParameters: true);
        DnssecAlgorithm algorithm = key.KeySize switch
        {
            256 => DnssecAlgorithm.ECDSAP256SHA256,
            384 => DnssecAlgorithm.ECDSAP384SHA384,
            _ => throw new ArgumentException($"a curve of {key.KeySize} bits; expected P-256 or P-384", nameof(key)),
        };
        return new DnssecKey(RdataOf(flags, algorithm, PublicKeys.Encode(all)), new PrivateKeyPool(all));
    }

    /// <param name="key">Of 1024 to 4096 bits; its private part is copied.</param>
    /// <exception cref="ArgumentException">Another size.</exception>
    /// <exception cref="CryptographicException">The private part cannot be exported.</exception>
    public static DnssecKey From(RSA key, ushort flags)
    {
        if (key.KeySize is < MinRsaBits or > MaxRsaBits) throw new ArgumentException($"an RSA key of {key.KeySize} bits; expected {MinRsaBits} to {MaxRsaBits}", nameof(key));
        RSAParameters all = key.ExportParameters(includePrivateParameters: true);
        return new DnssecKey(RdataOf(flags, DnssecAlgorithm.RSASHA256, PublicKeys.Encode(all)), new PrivateKeyPool(all));
    }

    /// <summary>The public part alone.</summary>
    /// <param name="rdata">Of a DNSKEY record.</param>
    /// <exception cref="ArgumentException">No DNSKEY, or of another algorithm.</exception>
    public static DnssecKey FromRdata(ReadOnlySpan<byte> rdata)
    {
        if (rdata.Length < 5 || rdata[2] != 3) throw new ArgumentException("no RDATA of a DNSKEY: flags, protocol 3, algorithm, key", nameof(rdata));
        if (!Enum.IsDefined((DnssecAlgorithm)rdata[3])) throw new ArgumentException($"algorithm {rdata[3]}; expected 8, 13 or 14", nameof(rdata));
        if (!PublicKeys.IsWellFormed((DnssecAlgorithm)rdata[3], rdata[4..])) throw new ArgumentException($"no public key of algorithm {rdata[3]}", nameof(rdata));
        return new DnssecKey(rdata.ToArray(), null);
    }

    /// <summary>The public part alone.</summary>
    /// <exception cref="ArgumentException">No public key of this algorithm.</exception>
    public static DnssecKey FromPublic(ushort flags, DnssecAlgorithm algorithm, ReadOnlySpan<byte> publicKey) => FromRdata(RdataOf(flags, algorithm, publicKey));

    /// <summary>The same key with other flags, and so with another tag: revoked (RFC 5011), or made one key for all.</summary>
    public DnssecKey WithFlags(ushort flags) => new(RdataOf(flags, Algorithm, PublicKey), _private);

    /// <returns>The signature as RRSIG carries it.</returns>
    /// <exception cref="InvalidOperationException">The private part is not here.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data) => _private is null ? throw new InvalidOperationException($"the private part of key {Tag} is not here") : _private.Sign(data);

    /// <param name="signature">As RRSIG carries it.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => PublicKeys.Verify(Algorithm, PublicKey, data, signature);

    /// <summary>Whether both are the same DNSKEY record.</summary>
    public bool IsSame(DnssecKey other) => Rdata.SequenceEqual(other.Rdata);

    public override string ToString() => $"{Flags} {(byte)Algorithm} {Tag}";

    private static byte[] RdataOf(ushort flags, DnssecAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
        => [(byte)(flags >> 8), (byte)flags, 3, (byte)algorithm, .. publicKey];

    private static ushort TagOf(ReadOnlySpan<byte> rdata)
    {
        uint sum = 0;
        for (int i = 0; i < rdata.Length; i++) sum += (i & 1) == 0 ? (uint)rdata[i] << 8 : rdata[i];
        return (ushort)(sum + (sum >> 16));
    }
}
