using System.Buffers.Binary;
using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 8945: what is signed, what is answered to a signature that is not good.</summary>
public sealed class TsigTests
{
    private const ulong Now = 1_700_000_000;
    private static readonly TsigKey Key = new(DomainName.Parse("Key.example."), TsigAlgorithm.Find("hmac-sha256")!, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private static readonly TsigKeys Keys = new([Key]);

    [Fact]
    public void The_MAC_is_the_HMAC_of_message_and_variables()
    {
        byte[] query = new QueryMessage("www.example.org. A").ToWire();
        byte[] signed = Sign(query, Key, Now);
        byte[] variables = [.. DomainName.Parse("key.example.").Wire, 0, 255, 0, 0, 0, 0, .. DomainName.Parse("hmac-sha256.").Wire, 0, 0, 0x65, 0x53, 0xF1, 0x00, 1, 44, 0, 0, 0, 0];
        byte[] expected = HMACSHA256.HashData(Key.Secret, query.Concat(variables).ToArray());
        Assert.True(signed.AsSpan().IndexOf(expected) > 0);
        Assert.Equal(1, signed[11]);
    }

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("hmac-sha384")]
    [InlineData("hmac-sha512")]
    public void A_good_signature_is_known_by_its_key_and_the_answer_is_signed(string algorithm)
    {
        var key = new TsigKey(DomainName.Parse("k."), TsigAlgorithm.Find(algorithm)!, new byte[32]);
        byte[] query = new QueryMessage("www.example.org. A").ToWire();
        using var client = new TsigChain(key);
        byte[] buffer = new byte[600];
        query.CopyTo(buffer, 0);
        byte[] packet = buffer[..client.Sign(buffer, query.Length, Now)];

        Assert.Equal(QueryVerdict.Special, QueryReader.Read(packet, out Query read, out _));
        Assert.Equal(Rcode.NoError, TsigAnswer.Verify(packet, read.TsigOffset, new TsigKeys([key]), Now + 299, out TsigAnswer? answer));
        Assert.Equal(key, answer!.Key);

        byte[] response = new byte[600];
        int length = answer.Finish(response, ResponseComposer.WriteError(packet, read, Rcode.NoError, response), Now);
        Assert.True(TransferMessage.TryRead(response.AsSpan(0, length), out TransferMessage message));
        Assert.Equal(TsigCheck.Good, client.Check(response.AsSpan(0, length), message.TsigOffset, Now));
        answer.Dispose();
    }

    [Fact]
    public void An_unknown_key_or_another_algorithm_is_BADKEY_and_the_answer_is_not_signed()
    {
        byte[] query = new QueryMessage("www.example.org. A").ToWire();
        foreach (TsigKey other in new[] { Key with { Name = DomainName.Parse("other.") }, Key with { Algorithm = TsigAlgorithm.Find("hmac-sha512")! } })
        {
            AssertAnswer(Sign(query, other, Now), Now, TsigError.BadKey, isSigned: false);
        }
    }

    [Fact]
    public void A_changed_message_is_BADSIG_and_the_answer_is_not_signed()
    {
        byte[] packet = Sign(new QueryMessage("www.example.org. A").ToWire(), Key, Now);
        packet[13] ^= 1;
        AssertAnswer(packet, Now, TsigError.BadSig, isSigned: false);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void A_clock_that_is_off_is_BADTIME_and_the_answer_is_signed_and_says_our_time(int seconds)
        => AssertAnswer(Sign(new QueryMessage("www.example.org. A").ToWire(), Key, Now), (ulong)((long)Now + seconds), TsigError.BadTime, isSigned: true);

    [Fact]
    public void A_MAC_cut_to_half_is_BADTRUNC_and_one_shorter_is_FORMERR()
    {
        byte[] packet = Sign(new QueryMessage("www.example.org. A").ToWire(), Key, Now);
        AssertAnswer(Cut(packet, 16), Now, TsigError.BadTrunc, isSigned: true);
        QueryReader.Read(Cut(packet, 15), out Query query, out _);
        Assert.Equal(Rcode.FormErr, TsigAnswer.Verify(Cut(packet, 15), query.TsigOffset, Keys, Now, out _));
    }

    [Fact]
    public void TSIG_stands_last_and_once()
    {
        byte[] packet = Sign(new QueryMessage("www.example.org. A").ToWire(), Key, Now);
        byte[] withOpt = [.. packet, .. QueryMessage.OptRecord(new QueryMessage.Edns())];
        withOpt[11]++;
        Assert.Equal(QueryVerdict.Error, QueryReader.Read(withOpt, out _, out Rcode rcode));
        Assert.Equal(Rcode.FormErr, rcode);
        byte[] twice = Sign(packet, Key, Now);
        Assert.Equal(QueryVerdict.Error, QueryReader.Read(twice, out _, out rcode));
        Assert.Equal(Rcode.FormErr, rcode);
    }

    [Fact]
    public void A_stream_is_signed_message_by_message_and_a_change_in_its_midst_is_seen()
    {
        byte[][] messages = Stream(out TsigChain client);
        for (int i = 0; i < messages.Length; i++)
        {
            if (i == 2) messages[i][3] ^= 0x20;
            TransferMessage.TryRead(messages[i], out TransferMessage message);
            Assert.Equal(i < 2 ? TsigCheck.Good : TsigCheck.Bad, client.Check(messages[i], message.TsigOffset, Now));
            if (i == 2) break;
        }
        client.Dispose();
    }

    [Fact]
    public void Messages_of_a_stream_cannot_be_exchanged()
    {
        byte[][] messages = Stream(out TsigChain client);
        (messages[1], messages[2]) = (messages[2], messages[1]);
        TransferMessage.TryRead(messages[0], out TransferMessage first);
        Assert.Equal(TsigCheck.Good, client.Check(messages[0], first.TsigOffset, Now));
        TransferMessage.TryRead(messages[1], out TransferMessage second);
        Assert.Equal(TsigCheck.Bad, client.Check(messages[1], second.TsigOffset, Now));
        client.Dispose();
    }

    [Fact]
    public void The_first_message_must_be_signed_and_at_most_99_in_a_row_may_not_be()
    {
        byte[] unsigned = new byte[12];
        unsigned[2] = 0x80;
        byte[][] messages = Stream(out TsigChain client);
        Assert.Equal(TsigCheck.Missing, client.Check(unsigned, 0, Now));
        client.Dispose();

        messages = Stream(out client);
        TransferMessage.TryRead(messages[0], out TransferMessage first);
        Assert.Equal(TsigCheck.Good, client.Check(messages[0], first.TsigOffset, Now));
        for (int i = 0; i < 99; i++) Assert.Equal(TsigCheck.Unsigned, client.Check(unsigned, 0, Now));
        Assert.Equal(TsigCheck.Missing, client.Check(unsigned, 0, Now));
        client.Dispose();
    }

    private static byte[][] Stream(out TsigChain client)
    {
        byte[] query = new QueryMessage("example.org. AXFR").ToWire();
        client = new TsigChain(Key);
        byte[] buffer = new byte[600];
        query.CopyTo(buffer, 0);
        byte[] packet = buffer[..client.Sign(buffer, query.Length, Now)];
        QueryReader.Read(packet, out Query read, out _);
        TsigAnswer.Verify(packet, read.TsigOffset, Keys, Now, out TsigAnswer? answer);
        byte[][] messages = new byte[4][];
        for (int i = 0; i < messages.Length; i++)
        {
            byte[] response = new byte[600];
            messages[i] = response[..answer!.Finish(response, ResponseComposer.WriteError(packet, read, Rcode.NoError, response), Now)];
        }
        answer!.Dispose();
        return messages;
    }

    private static void AssertAnswer(byte[] packet, ulong now, TsigError expected, bool isSigned)
    {
        Assert.Equal(QueryVerdict.Special, QueryReader.Read(packet, out Query query, out _));
        Assert.Equal(Rcode.NotAuth, TsigAnswer.Verify(packet, query.TsigOffset, Keys, now, out TsigAnswer? answer));
        using (answer)
        {
            Assert.Equal(expected, answer!.Error);
            Assert.Null(answer.Key);
            byte[] response = new byte[600];
            int length = answer.Finish(response, ResponseComposer.WriteError(packet, query, Rcode.NotAuth, response), now);
            Assert.True(TransferMessage.TryRead(response.AsSpan(0, length), out TransferMessage message));
            Assert.True(TsigRecord.TryRead(response.AsSpan(0, length), message.TsigOffset, out TsigRecord tsig));
            Assert.Equal(expected, tsig.Error);
            Assert.Equal(isSigned ? 32 : 0, tsig.Mac.Length);
            if (expected == TsigError.BadTime) Assert.Equal((uint)now, BinaryPrimitives.ReadUInt32BigEndian(tsig.Other[2..]));
        }
    }

    private static byte[] Sign(byte[] message, TsigKey key, ulong now)
    {
        using var chain = new TsigChain(key);
        byte[] buffer = new byte[message.Length + chain.Reserve];
        message.CopyTo(buffer, 0);
        return buffer[..chain.Sign(buffer, message.Length, now)];
    }

    /// <summary>The same with fewer octets of its MAC of 32.</summary>
    private static byte[] Cut(byte[] packet, int macLength)
    {
        int macAt = packet.Length - 6 - 32, cut = 32 - macLength;
        byte[] shorter = [.. packet[..(macAt + macLength)], .. packet[(macAt + 32)..]];
        BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(macAt - 2), (ushort)macLength);
        int lengthAt = macAt - 10 - Key.Algorithm.Name.Wire.Length - 2;
        BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(lengthAt), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(shorter.AsSpan(lengthAt)) - cut));
        return shorter;
    }
}
