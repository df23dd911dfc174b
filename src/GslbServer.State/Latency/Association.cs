using System.Net;

namespace GslbServer.State;

/// <summary>Which resolver looked up a host name that only one browser was told, and the client subnet that it passed on.</summary>
/// <param name="ClientSubnet"><c>198.51.100.0/24</c>; empty where the resolver passes on none.</param>
public sealed record Association(IPAddress Resolver, string ClientSubnet)
{
    private const int LeastNonce = 8, LongestNonce = 63;

    /// <summary>Whether a word can be the one-time label of a host name: 8 to 63 of <c>a-z</c> and <c>0-9</c>.</summary>
    public static bool IsNonce(ReadOnlySpan<char> word)
    {
        foreach (char c in word)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return false;
        }

        return word.Length is >= LeastNonce and <= LongestNonce;
    }
}
