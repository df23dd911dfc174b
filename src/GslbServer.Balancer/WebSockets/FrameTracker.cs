namespace GslbServer.Balancer;

/// <summary>Follows one direction of a WebSocket from frame to frame (RFC 6455 section 5.2): where one ends, another may be put. Reads lengths and kinds, nothing else. Not thread-safe.</summary>
public struct FrameTracker
{
    private const byte KindMask = 0x0f, Close = 0x8, Masked = 0x80, LengthMask = 0x7f, Length16 = 126, Length64 = 127;

    private ulong _payloadLeft;
    private byte _first, _second;
    private int _headerHave, _headerNeed;
    private ulong _length;

    /// <summary>Nothing of a frame has come yet but whole ones.</summary>
    public readonly bool IsAtBoundary => _headerHave == 0 && _payloadLeft == 0;

    /// <summary>The last whole frame, or the one under way, closes: nothing may follow it.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>All of these octets pass.</summary>
    public void Advance(ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0) octets = octets[AdvanceToBoundary(octets)..];
    }

    /// <summary>Octets pass up to the end of one frame.</summary>
    /// <returns>How many; at least one of one or more.</returns>
    public int AdvanceToBoundary(ReadOnlySpan<byte> octets)
    {
        int at = 0;
        while (at < octets.Length)
        {
            if (_payloadLeft > 0)
            {
                int passed = (int)Math.Min(_payloadLeft, (ulong)(octets.Length - at));
                at += passed;
                _payloadLeft -= (ulong)passed;
            }
            else Header(octets[at++]);
            if (IsAtBoundary) break;
        }

        return at;
    }

    private void Header(byte octet)
    {
        switch (_headerHave++)
        {
            case 0:
                _first = octet;
                _headerNeed = 2;
                _length = 0;
                break;
            case 1:
                _second = octet;
                int length = octet & LengthMask, lengthOctets = length == Length16 ? 2 : length == Length64 ? 8 : 0;
                _headerNeed = 2 + lengthOctets + ((octet & Masked) != 0 ? 4 : 0);
                if (lengthOctets == 0) _length = (ulong)length;
                break;
            default:
                bool isOfLength = _headerHave <= 2 + ((_second & LengthMask) == Length16 ? 2 : (_second & LengthMask) == Length64 ? 8 : 0);
                if (isOfLength) _length = (_length << 8) | octet;
                break;
        }

        if (_headerHave < 2 || _headerHave < _headerNeed) return;
        _headerHave = 0;
        _payloadLeft = _length;
        if ((_first & KindMask) == Close) HasClosed = true;
    }
}
