using System.Globalization;
using System.Text.RegularExpressions;

namespace GslbServer;

/// <summary>A token file, read. Pure.</summary>
/// <param name="Tokens">In the order of the file.</param>
/// <param name="FirstSecret">The first token that stands there in the clear: what a command sends. Null where only hashes are.</param>
/// <param name="Errors"><c>file:line:column: message</c>, all of them; the file counts only without any.</param>
/// <param name="Warnings">What works and is hardly meant, with its place.</param>
internal sealed partial record AdminTokenFile(IReadOnlyList<AdminToken> Tokens, string? FirstSecret, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    public const string Expected = "expected lines NAME ROLE TOKEN [expires=TIME], NAME:TOKEN or TOKEN";

    /// <summary>Octets; a token file with more is something else.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxName = 64, ShortToken = 16;

    private const string Expires = "expires=";

    /// <param name="file">As errors name it.</param>
    /// <param name="text">Lines <c>NAME ROLE TOKEN [expires=TIME]</c>; or <c>TOKEN</c> or <c>NAME:TOKEN</c>, which are admins'. In place of a token may stand <c>sha256:HEX</c>, and behind a role
    /// <c>cert:SUBJECT</c>, a client certificate by its common name or an alternative one.
    /// Blank lines and what follows a <c>#</c> at the begin of a word count for nothing.</param>
    public static AdminTokenFile Parse(string file, string text)
    {
        var reader = new Reader(file);
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            reader.Read(++number, line);
        }

        return new AdminTokenFile(reader.Tokens, reader.FirstSecret, reader.Errors, reader.Warnings);
    }

    /// <summary>No error prints a word of the file: it may be a token.</summary>
    private sealed class Reader(string file)
    {
        private readonly Dictionary<string, int> _lines = [];
        private int _line;

        public List<AdminToken> Tokens { get; } = [];

        public List<string> Errors { get; } = [];

        public List<string> Warnings { get; } = [];

        public string? FirstSecret { get; private set; }

        public void Read(int number, string text)
        {
            _line = number;
            Match[] words = [.. Words().Matches(text).TakeWhile(word => word.Value[0] != '#')];
            switch (words)
            {
                case []:
                    return;
                case [var only]:
                    (string? owner, Piece secret) = Short(only);
                    Add(owner, AdminRole.Admin, secret, null);
                    return;
                case [var first, var second] when first.Value.EndsWith(':'):
                    Add(Name(first.Value[..^1], first.Index), AdminRole.Admin, new Piece(second.Value, second.Index), null);
                    return;
                case [_, var second]:
                    Error(second.Index, $"one word too many or too few; {Expected}");
                    return;
                default:
                    Full(words);
                    return;
            }
        }

        /// <summary><c>NAME ROLE TOKEN [expires=TIME]</c>.</summary>
        private void Full(Match[] words)
        {
            int before = Errors.Count;
            string? name = Name(words[0].Value, words[0].Index);
            AdminRole? role = AdminRoles.Parse(words[1].Value);
            if (role is null)
            {
                Error(words[1].Index, $"this is no role; {AdminRoles.Expected}");
            }

            DateTimeOffset? expires = null;
            foreach (Match more in words[3..])
            {
                if (!more.Value.StartsWith(Expires, StringComparison.Ordinal) || expires is not null)
                {
                    Error(more.Index, $"too much on this line; {Expected}");
                }
                else if (!TryTime(more.Value[Expires.Length..], out expires))
                {
                    Error(more.Index, $"expected a time such as {Expires}2027-01-31 or {Expires}2027-01-31T12:00:00Z");
                }
            }

            if (Errors.Count > before)
            {
                return;
            }

            if (words[2].Value.StartsWith(AdminToken.CertificatePrefix, StringComparison.Ordinal))
            {
                AddCertificate(name, role!.Value, new Piece(words[2].Value[AdminToken.CertificatePrefix.Length..], words[2].Index), expires);
            }
            else
            {
                Add(name, role!.Value, new Piece(words[2].Value, words[2].Index), expires);
            }
        }

        /// <summary><c>TOKEN</c> or <c>NAME:TOKEN</c>.</summary>
        private (string? Name, Piece Secret) Short(Match only)
        {
            string text = only.Value;
            int colon = text.StartsWith(AdminToken.HashPrefix, StringComparison.Ordinal) ? -1 : text.IndexOf(':', StringComparison.Ordinal);
            return (colon > 0 ? Name(text[..colon], only.Index) : null, new Piece(text[(colon + 1)..], only.Index + colon + 1));
        }

        private string? Name(string text, int index)
        {
            if (text.Length is 0 or > MaxName || text.Any(c => char.IsControl(c) || c == ':'))
            {
                Error(index, $"expected a name of 1 to {MaxName} characters without colons");
            }

            return text;
        }

        private void Add(string? name, AdminRole role, Piece secret, DateTimeOffset? expires)
        {
            if (HashOf(secret) is not { } hash)
            {
                return;
            }

            if (!_lines.TryAdd(Convert.ToHexString(hash), _line))
            {
                Error(secret.Index, $"this token stands in line {_lines[Convert.ToHexString(hash)]} already");
                return;
            }

            Tokens.Add(new AdminToken(name, role, hash, expires));
        }

        private void AddCertificate(string? name, AdminRole role, Piece subject, DateTimeOffset? expires)
        {
            if (subject.Text.Length == 0)
            {
                Error(subject.Index, $"expected a name of the certificate after {AdminToken.CertificatePrefix}");
            }
            else if (!_lines.TryAdd(AdminToken.CertificatePrefix + subject.Text, _line))
            {
                Error(subject.Index, $"this certificate stands in line {_lines[AdminToken.CertificatePrefix + subject.Text]} already");
            }
            else
            {
                Tokens.Add(new AdminToken(name, role, ReadOnlyMemory<byte>.Empty, expires) { Certificate = subject.Text });
            }
        }

        private byte[]? HashOf(Piece secret)
        {
            if (secret.Text.StartsWith(AdminToken.HashPrefix, StringComparison.Ordinal))
            {
                string digits = secret.Text[AdminToken.HashPrefix.Length..];
                if (digits.Length == 64 && digits.All(char.IsAsciiHexDigit))
                {
                    return Convert.FromHexString(digits);
                }

                Error(secret.Index, $"expected 64 hexadecimal digits after {AdminToken.HashPrefix}");
                return null;
            }

            // What a header can carry (RFC 9110 section 5.5).
            if (secret.Text.Length == 0 || !secret.Text.All(c => c is > ' ' and < '\x7f'))
            {
                Error(secret.Index, "expected a token of printable ASCII characters here");
                return null;
            }

            if (secret.Text.Length < ShortToken)
            {
                Warnings.Add($"{file}:{_line}: a token of {secret.Text.Length} characters can be guessed; gslb admin token makes one");
            }

            FirstSecret ??= secret.Text;
            return AdminToken.HashOf(secret.Text);
        }

        private void Error(int index, string message) => Errors.Add($"{file}:{_line}:{index + 1}: {message}");
    }

    /// <summary>A time with an offset or in UTC; a day alone ends as it begins.</summary>
    internal static bool TryTime(string text, out DateTimeOffset? time)
    {
        bool isTime = DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at);
        time = isTime ? at : null;
        return isTime;
    }

    private readonly record struct Piece(string Text, int Index);

    [GeneratedRegex(@"\S+")]
    private static partial Regex Words();
}
