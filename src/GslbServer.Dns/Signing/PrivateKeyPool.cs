using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>Signs with one private key on any number of threads: each signature takes a copy of the key that nobody else uses, since those of .NET are for one thread at a time.</summary>
internal sealed class PrivateKeyPool
{
    private readonly Func<AsymmetricAlgorithm> _make;
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = []; // never more than signed at once

    public PrivateKeyPool(ECParameters key)
    {
        _make = () => ECDsa.Create(key);
        _idle.Add(_make());
    }

    public PrivateKeyPool(RSAParameters key)
    {
        _make = () => RSA.Create(key);
        _idle.Add(_make());
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        if (!_idle.TryTake(out AsymmetricAlgorithm? key)) key = _make();
        byte[] signature = key switch
        {
            ECDsa ecdsa => ecdsa.SignData(data, ecdsa.KeySize == 256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => ((RSA)key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        _idle.Add(key);
        return signature;
    }
}
