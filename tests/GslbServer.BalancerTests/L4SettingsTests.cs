using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace GslbServer.Balancer.Tests;

public sealed class L4SettingsTests
{
    [Fact]
    public void A_short_section_is_enough()
    {
        L4Settings settings = Read("""{ "db": { "Listen": "*:5432", "Destinations": { "one": { "Address": "db-1.example.org:5432" } } } }""", out List<string> errors)["db"];

        Assert.Empty(errors);
        Assert.Equal([new IPEndPoint(IPAddress.IPv6Any, 5432)], settings.Listen);
        Assert.Equal((L4Policy.LeastConnections, TimeSpan.FromHours(1), true), (settings.PolicyInForce, settings.IdleInForce, settings.IsChecked));
    }

    [Fact]
    public void UDP_has_defaults_of_its_own()
    {
        L4Settings settings = Read("""{ "dns": { "Listen": [ "127.0.0.1:53", "[::1]:53" ], "Protocol": "Udp", "Destinations": { "one": { "Address": "[2001:db8::1]:53" } } } }""", out List<string> errors)["dns"];

        Assert.Empty(errors);
        Assert.Equal((L4Policy.TupleHash, TimeSpan.FromSeconds(60), false), (settings.PolicyInForce, settings.IdleInForce, settings.IsChecked));
    }

    [Fact]
    public void Everything_wrong_is_told()
    {
        Read("""
            {
              "a": { "Destinations": { "one": { "Address": "127.0.0.1" }, "two": { "Address": "127.0.0.1:70000" } } },
              "b": { "Listen": "*:53", "Protocol": "Udp", "Sni": { "x": { "Destinations": { "one": { "Address": "127.0.0.1:1" } } } } },
              "c": { "Listen": "*:1", "Policy": "TupleHash", "Sni": { "x": { "Names": [ "a.example.org" ], "Destinations": { "one": { "Address": "127.0.0.1:1" } } },
                     "y": { "Names": [ "A.example.org", "*" ] } } },
              "d": { "Listen": "*:2" },
              "e": { "Listen": "*:3", "Check": { "Send": "hex:0" }, "Destinations": { "one": { "Address": "127.0.0.1:1", "Weight": 70000 } } }
            }
            """, out List<string> errors);

        Assert.Equal(
            [
                "B:a:Destinations:one:Address: \"127.0.0.1\", expected HOST:PORT such as 10.0.0.1:5432 or [2001:db8::1]:5432",
                "B:a:Destinations:two:Address: \"127.0.0.1:70000\", expected HOST:PORT such as 10.0.0.1:5432 or [2001:db8::1]:5432",
                "B:b:Listen: \"[::]:53\", expected the addresses one by one: a UDP answer comes from the address that was asked",
                "B:b:Sni: needs Protocol Tcp",
                "B:c:Sni:y:Destinations: missing, expected at least one",
                "B:c:Sni:y:Names: \"*\", expected a host name or *.NAME",
                "B:d:Destinations: missing, expected at least one such as { \"one\": { \"Address\": \"10.0.0.1:5432\" } }",
                "B:e:Check:Send: \"hex:0\", expected text, or hex: and an even number of hexadecimal digits",
                "B:e:Destinations:one:Weight: \"70000\", expected a whole number from 0 to 65535",
            ], errors.Order());
    }

    private static IReadOnlyDictionary<string, L4Settings> Read(string json, out List<string> errors)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "B": {{json}} }"""));
        errors = [];
        return SettingsBinder.ReadEach<L4Settings>(new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("B"), errors);
    }
}
