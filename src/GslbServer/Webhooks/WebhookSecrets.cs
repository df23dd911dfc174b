using System.Text;

namespace GslbServer;

/// <summary>The file of secrets: one a line, <c>whsec_</c> and Base64 as Standard Webhooks has them, or any other text of 16 characters and more. Lines that begin with # are passed over.</summary>
internal static class WebhookSecrets
{
    private const string Prefix = "whsec_";
    private const int Least = 16;

    /// <returns>What is wrong, for people; null when <paramref name="secrets"/> counts.</returns>
    public static string? Read(string file, out IReadOnlyList<byte[]> secrets)
    {
        var found = new List<byte[]>();
        secrets = found;
        try
        {
            foreach ((int i, string line) in File.ReadAllLines(file).Select(line => line.Trim()).Index())
            {
                if (line.Length == 0 || line[0] == '#')
                {
                    continue;
                }

                if (Parse(line) is not { } secret)
                {
                    return $"line {i + 1}: expected {Prefix} and Base64, or a text of at least {Least} characters";
                }

                found.Add(secret);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }

        return found.Count > 0 ? null : "has no secret; expected one a line";
    }

    private static byte[]? Parse(string line)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return line.Length >= Least ? Encoding.UTF8.GetBytes(line) : null;
        }

        byte[] room = new byte[line.Length];
        return Convert.TryFromBase64String(line[Prefix.Length..], room, out int length) && length >= Least ? room[..length] : null;
    }
}
