using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>The sample zone, as a fresh clone serves it: <c>gslb demo</c> and the real dig.</summary>
public sealed class SteeringScenario : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GslbNode _node = null!;

    public async Task InitializeAsync() => _node = await GslbNode.StartAsync(Path.Combine(BuiltProgram.RepositoryRoot, "zones"), _folder.File("state"));

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("192.0.2.0/24", "127.0.1.1", "2001:db8:1::10")]
    [InlineData("198.51.100.0/24", "127.0.1.3", "2001:db8:3::10")]
    [InlineData("203.0.113.0/24", "127.0.1.4", "2001:db8:4::10")]
    public async Task Clients_get_the_nearest_region_over_UDP_and_TCP_with_the_scope(string subnet, string a, string aaaa)
    {
        foreach (string transport in new[] { "", " +tcp" })
        {
            DigReply v4 = await _node.DigAsync($"www.gslb.example A +subnet={subnet}{transport}");
            DigReply v6 = await _node.DigAsync($"www.gslb.example AAAA +subnet={subnet}{transport}");
            Assert.Equal(a, Assert.Single(v4.Data));
            Assert.Equal(aaaa, Assert.Single(v6.Data));
            Assert.InRange(v4.Scope ?? 0, 1, 24);
            Assert.Equal(v4.Scope, v6.Scope);
            Assert.Contains("aa", v4.Flags);
        }
    }

    [Fact]
    public async Task Explain_equals_what_dig_gets_for_a_thousand_random_clients()
    {
        const int seed = 20261121;
        var random = new Random(seed);
        string[] names = ["www", "geo", "api", "eu", "gdpr", "big"];
        List<(string Name, string Type, string Subnet)> clients = [.. Enumerable.Range(0, 1_000).Select(i =>
            (names[i % names.Length] + ".gslb.example", random.Next(2) == 0 ? "A" : "AAAA", RandomSubnet(random)))];
        IReadOnlyList<DigReply> replies = await Dig.AskManyAsync(_node.Port, clients.Select(c => $"{c.Name} {c.Type} +subnet={c.Subnet}"));
        Assert.Equal(clients.Count, replies.Count);
        for (int i = 0; i < clients.Count; i++)
        {
            (string name, string type, string subnet) = clients[i];
            JsonNode answer = (await _node.GetAsync($"api/v1/explain?name={name}&type={type}&client={Uri.EscapeDataString(subnet)}"))["answer"]!;
            string context = $"seed {seed}: {name} {type} {subnet}\n{answer}\n{replies[i]}";
            Assert.True(answer["records"]!.AsArray().Select(r => (string)r!).Order().SequenceEqual(replies[i].Data.Order()), context);
            Assert.True((int)answer["scope"]! == replies[i].Scope, context);
        }
    }

    [Fact]
    public async Task Explain_over_DNS_gives_reasons_to_loopback()
    {
        DigReply reply = await _node.DigAsync("_explain.www.gslb.example TXT +subnet=198.51.100.0/24");
        Assert.Equal("NOERROR", reply.Status);
        Assert.Contains("eu-west", reply.Text);
        Assert.All(reply.Answer, a => Assert.Equal("0", a.Split(' ')[1]));
    }

    private static string RandomSubnet(Random random) => random.Next(4) == 0
        ? $"2a00:{random.Next(0x10000):x}:{random.Next(0x10000):x}::/48"
        : $"{random.Next(256)}.{random.Next(256)}.{random.Next(256)}.0/24";
}
