using System.Text.Json;
using System.Text.Json.Nodes;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>ZONE.policy.json</c> beside a zone's keys: what its operator wants other than the defaults of <see cref="KeyPolicy"/>.</summary>
internal static class KeyPolicyFile
{
    public const string Extension = ".policy.json";

    /// <summary>Longer than this a lifetime is a slip of the pen, and shorter than twice the time of a rollover it cannot be.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(3660);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly (string Name, Func<KeyPolicy, TimeSpan> Get, Func<KeyPolicy, TimeSpan, KeyPolicy> Set)[] Times =
    [
        ("keyTtl", p => p.KeyTtl, (p, value) => p with { KeyTtl = value }),
        ("maxTtl", p => p.MaxTtl, (p, value) => p with { MaxTtl = value }),
        ("parentTtl", p => p.ParentTtl, (p, value) => p with { ParentTtl = value }),
        ("propagation", p => p.Propagation, (p, value) => p with { Propagation = value }),
        ("signatureValidity", p => p.Signatures.Validity, (p, value) => p with { Signatures = p.Signatures with { Validity = value } }),
    ];

    public static string NameOf(DomainName zone) => $"{zone.ToLower()}".TrimEnd('.') + Extension;

    /// <param name="errors">Takes everything that is wrong, each behind the file's name.</param>
    public static KeyPolicy Read(string file, string text, ICollection<string> errors)
    {
        KeyPolicy policy = KeyPolicy.Default;
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"{file}: expected an object such as {{ \"denial\": \"nsec3\", \"zskLifetime\": \"60d\" }}");
                return policy;
            }

            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                string value = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                if (TrySet(ref policy, property.Name, value) is { } problem)
                {
                    errors.Add($"{file}: {property.Name} {value}: {problem}");
                }
            }
        }
        catch (JsonException e)
        {
            errors.Add($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: is no JSON: {e.Message.Split(" LineNumber")[0]}");
        }

        if (policy.ZskLifetime < policy.PublishInterval + policy.RetireInterval)
        {
            errors.Add($"{file}: zskLifetime {Durations.Format(policy.ZskLifetime.Value)}: a rollover takes {Durations.Format(policy.PublishInterval + policy.RetireInterval)} by the other times; expected no less");
        }

        return policy;
    }

    /// <summary>What differs from the defaults.</summary>
    public static string Write(KeyPolicy policy)
    {
        var json = new JsonObject();
        if (policy.Denial != KeyPolicy.Default.Denial)
        {
            json["denial"] = $"{policy.Denial}".ToLowerInvariant();
        }

        if (policy.Cds != KeyPolicy.Default.Cds)
        {
            json["cds"] = $"{policy.Cds}".ToLowerInvariant();
        }

        if (policy.ZskLifetime != KeyPolicy.Default.ZskLifetime)
        {
            json["zskLifetime"] = policy.ZskLifetime is { } lifetime ? Durations.Format(lifetime) : "off";
        }

        foreach ((string name, Func<KeyPolicy, TimeSpan> get, _) in Times.Where(t => t.Get(policy) != t.Get(KeyPolicy.Default)))
        {
            json[name] = Durations.Format(get(policy));
        }

        return json.ToJsonString(Indented) + "\n";
    }

    private static string? TrySet(ref KeyPolicy policy, string name, string value)
    {
        switch (name)
        {
            case "denial":
                DenialKind? denial = value switch { "nsec" => DenialKind.Nsec, "nsec3" => DenialKind.Nsec3, "compact" => DenialKind.Compact, _ => null };
                policy = policy with { Denial = denial ?? policy.Denial };
                return denial is null ? "expected nsec, nsec3 or compact" : null;
            case "cds":
                CdsPolicy? cds = value switch { "publish" => CdsPolicy.Publish, "none" => CdsPolicy.None, "delete" => CdsPolicy.Delete, _ => null };
                policy = policy with { Cds = cds ?? policy.Cds };
                return cds is null ? "expected publish, none or delete" : null;
            case "zskLifetime" when value == "off":
                policy = policy with { ZskLifetime = null };
                return null;
            case "zskLifetime":
                if (!Durations.TryParse(value, out TimeSpan lifetime) || lifetime <= TimeSpan.Zero || lifetime > LongestLifetime)
                {
                    return "expected a time such as 60d, or off";
                }

                policy = policy with { ZskLifetime = lifetime };
                return null;
        }

        foreach ((string known, _, Func<KeyPolicy, TimeSpan, KeyPolicy> set) in Times)
        {
            if (known != name)
            {
                continue;
            }

            if (!Durations.TryParse(value, out TimeSpan time) || time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(366) || time.Ticks % TimeSpan.TicksPerSecond != 0)
            {
                return "expected whole seconds up to 366d, such as 1h";
            }

            policy = set(policy, time);
            return null;
        }

        return $"unknown; expected denial, zskLifetime, cds, {string.Join(", ", Times.Select(t => t.Name))}";
    }
}
