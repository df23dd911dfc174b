using System.Buffers.Text;

namespace GslbServer.Dns;

/// <summary>Reads keys as BIND writes them and <c>tsig-keygen</c> prints them: <c>key "name" { algorithm hmac-sha256; secret "base 64"; };</c>, with comments.</summary>
public sealed class TsigKeyFile
{
    /// <summary>Octets of a secret: below 16 it can be guessed; above 128, a block of SHA-512, it would only be hashed first.</summary>
    private const int LeastSecret = 16, MostSecret = 128;

    private const int LongestWord = 16;

    private readonly string _path;
    private readonly TsigKeyLexer _tokens;
    private readonly List<ZoneDiagnostic> _errors = [];
    private readonly List<TsigKey> _keys = [];

    private TsigKeyFile(string path, string text)
    {
        _path = path;
        _tokens = new TsigKeyLexer(text);
    }

    /// <param name="path">Named in positions; not opened here.</param>
    /// <param name="errors">All that is wrong; the keys count only without any.</param>
    public static IReadOnlyList<TsigKey> Read(string path, string text, out IReadOnlyList<ZoneDiagnostic> errors)
    {
        var file = new TsigKeyFile(path, text);
        while (file._tokens.TryNext()) file.ReadKey();
        if (file._keys.Count == 0 && file._errors.Count == 0) file.Fail(1, 1, "no key; expected key \"name\" { algorithm hmac-sha256; secret \"...\"; }; as tsig-keygen prints it");
        errors = file._errors;
        return file._keys;
    }

    private void ReadKey()
    {
        if (!Is("key"))
        {
            Fail($"{Shown} where a key begins; expected key \"name\" {{ ... }};");
            SkipStatement();
            return;
        }
        if (!Next("the key's name")) return;
        (int line, int column) = (_tokens.Line, _tokens.Column);
        if (!DomainName.TryParse(_tokens.Text, DomainName.Root, out DomainName? name, out string? wrong)) Fail($"\"{_tokens.Text}\" is no name of a key: {wrong}");
        else if (_keys.Exists(k => k.Name.Equals(name))) Fail($"key {name} stands here twice; expected each once");
        if (!Next("{") || !Expect("{")) return;

        TsigAlgorithm? algorithm = null;
        byte[]? secret = null;
        bool hasAlgorithm = false, hasSecret = false;
        while (Next("algorithm, secret or }") && !Is("}"))
        {
            if (Is("algorithm") && !hasAlgorithm) (hasAlgorithm, algorithm) = (true, ReadAlgorithm());
            else if (Is("secret") && !hasSecret) (hasSecret, secret) = (true, ReadSecret());
            else
            {
                Fail($"{Shown} in a key; expected algorithm and secret, each once");
                SkipStatement();
                continue;
            }
            if (!Next(";") || !Expect(";")) return;
        }
        if (!hasAlgorithm || !hasSecret) Fail(line, column, $"key {NameOf(name)} has no {(hasAlgorithm ? "secret" : "algorithm")}; expected algorithm NAME; and secret \"...\";");
        if (Next(";")) Expect(";");
        if (name is not null && algorithm is not null && secret is not null) _keys.Add(new TsigKey(name, algorithm, secret));

        static string NameOf(DomainName? known) => known?.ToString() ?? "without a name";
    }

    private TsigAlgorithm? ReadAlgorithm()
    {
        if (!Next("an algorithm")) return null;
        TsigAlgorithm? algorithm = TsigAlgorithm.Find(_tokens.Text);
        if (algorithm is null) Fail($"algorithm {Shown} is not served; expected {string.Join(" or ", TsigAlgorithm.All.Select(a => a.Text))}");
        return algorithm;
    }

    private byte[]? ReadSecret()
    {
        if (!Next("a secret in base 64")) return null;
        byte[] secret = new byte[Base64.GetMaxDecodedFromUtf8Length(_tokens.Text.Length) + 2];
        if (!Convert.TryFromBase64String(_tokens.Text, secret, out int length)) Fail("the secret is not base 64; expected what tsig-keygen prints");
        else if (length is < LeastSecret or > MostSecret) Fail($"a secret of {length} octets; expected {LeastSecret} to {MostSecret}");
        else return secret[..length];
        return null;
    }

    private bool Is(string word) => _tokens.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Next(string expected)
    {
        if (_tokens.TryNext()) return true;
        Fail($"the file ends inside a key; expected {expected}");
        return false;
    }

    private bool Expect(string token)
    {
        if (Is(token)) return true;
        Fail($"{Shown}; expected {token}");
        SkipStatement();
        return false;
    }

    /// <summary>Goes on behind the next semicolon that ends what stands here.</summary>
    private void SkipStatement()
    {
        int depth = 0;
        do
        {
            depth += Is("{") ? 1 : Is("}") ? -1 : 0;
            if (depth <= 0 && Is(";")) return;
        }
        while (_tokens.TryNext());
    }

    private void Fail(string message) => Fail(_tokens.Line, _tokens.Column, message);

    /// <summary>The word that was found. A long one may be a secret in the wrong place, and errors go to logs and to whoever asked for the reload.</summary>
    private string Shown => _tokens.Text.Length <= LongestWord || _tokens.Text.StartsWith("hmac-", StringComparison.OrdinalIgnoreCase) ? $"\"{_tokens.Text}\"" : $"a word of {_tokens.Text.Length} characters";

    private void Fail(int line, int column, string message) => _errors.Add(new ZoneDiagnostic(DiagnosticSeverity.Error, new SourcePosition(_path, line, column), message));
}
