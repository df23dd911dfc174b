using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Key files go both ways between <c>gslb keys</c> and the tools of BIND and NLnet Labs.</summary>
public sealed partial class KeyFileScenario : IDisposable
{
    private const string Zone = """
        example.org. 3600 IN SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 300
        example.org. 3600 IN NS ns1.example.org.
        ns1.example.org. 3600 IN A 192.0.2.53

        """;

    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.File("keys");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("13")]
    [InlineData("14")]
    [InlineData("8")]
    public async Task Our_keys_sign_a_zone_with_dnssec_signzone_and_ldns_finds_it_good(string algorithm)
    {
        await GslbAsync("keys", "create", "example.org", "--algorithm", algorithm, "--keys", Keys);
        string zone = _folder.Write("zone", Zone);
        ToolResult signed = await Tool.RunAsync("dnssec-signzone", "-S", "-K", Keys, "-o", "example.org", "-f", zone + ".signed", zone);
        Assert.True(signed.ExitCode == 0, signed.Text);
        ToolResult verified = await Tool.RunAsync("ldns-verify-zone", zone + ".signed");
        Assert.True(verified.ExitCode == 0, verified.Text);
    }

    [Fact]
    public async Task Our_DS_is_that_of_dnssec_dsfromkey()
    {
        await GslbAsync("keys", "create", "example.org", "--csk", "--keys", Keys);
        ToolResult ours = await GslbAsync("keys", "ds", "example.org", "--form", "sha384", "--keys", Keys);
        ToolResult theirs = await Tool.RunAsync("dnssec-dsfromkey", "-a", "SHA-256", "-a", "SHA-384", Directory.GetFiles(Keys, "*.key").Single());
        Assert.Equal(theirs.Lines.Select(Squeezed), ours.Lines.Where(l => !l.StartsWith(';')).Select(Squeezed));
    }

    [Theory]
    [InlineData("13", 0)]
    [InlineData("14", 0)]
    [InlineData("8", 2048)]
    public async Task Keys_of_dnssec_keygen_are_read_with_their_times(string algorithm, int bits)
    {
        Directory.CreateDirectory(Keys);
        string[] size = bits > 0 ? ["-b", $"{bits}"] : [];
        await Tool.RunAsync("dnssec-keygen", ["-K", Keys, "-a", algorithm, .. size, "-f", "KSK", "-P", "sync", "now", "example.org"]);
        await Tool.RunAsync("dnssec-keygen", ["-K", Keys, "-a", algorithm, .. size, "-I", "+30d", "-D", "+60d", "example.org"]);
        ToolResult list = await GslbAsync("keys", "list", "example.org", "--keys", Keys);
        Assert.Matches($@"example\.org\. +\d+/{algorithm} +ksk +active .* - +here", list.Text);
        Assert.Matches($@"example\.org\. +\d+/{algorithm} +zsk +active .* retire in 29d\d+h +here", list.Text);
    }

    [Fact]
    public async Task Times_that_dnssec_settime_sets_are_seen()
    {
        await GslbAsync("keys", "create", "example.org", "--csk", "--keys", Keys);
        string key = Directory.GetFiles(Keys, "*.private").Single();
        ToolResult set = await Tool.RunAsync("dnssec-settime", "-K", Keys, "-I", "+2d", Path.GetFileNameWithoutExtension(key));
        Assert.True(set.ExitCode == 0, set.Text);
        ToolResult list = await GslbAsync("keys", "list", "example.org", "--keys", Keys);
        Assert.Contains("active", list.Text);
        Assert.Contains("\"inactive\": \"20", (await GslbAsync("keys", "list", "--json", "--keys", Keys)).Text);
    }

    private static async Task<ToolResult> GslbAsync(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, arguments);
        Assert.True(result.ExitCode == 0, result.Text);
        return result;
    }

    /// <summary>Digests are written in one piece by one tool and in several by the other.</summary>
    private static string Squeezed(string record) => Blanks().Replace(record, "").ToUpperInvariant();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
