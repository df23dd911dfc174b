using System.Net;
using System.Text;

using Microsoft.Extensions.Configuration;

namespace GslbServer.Balancer.Tests;

public sealed class SettingsBinderTests
{
    private enum Colour
    {
        Red,
        Green,
    }

    [Fact]
    public void What_is_not_written_is_the_default() => Assert.Equivalent(new Group(), Read("{}", out _));

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        Group group = Read("""
            { "flag": true, "Number": 7, "Share": 0.25, "Wait": "1.5s", "Colour": "green", "Networks": [ "192.0.2.0/24", "2001:db8::1" ], "Listen": "*:53",
              "Inner": { "Text": "x" }, "Named": { "A": { "Text": "y" } } }
            """, out List<string> errors);

        Assert.Empty(errors);
        Assert.Equal((true, 7, 0.25, TimeSpan.FromSeconds(1.5), Colour.Green), (group.Flag, group.Number, group.Share, group.Wait, group.Colour));
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::1/128")], group.Networks);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 53), group.Listen);
        Assert.Equal(("x", "y"), (group.Inner?.Text, group.Named["a"].Text));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        Read("""
            { "Flag": "perhaps", "Numbr": 7, "Number": 11, "Share": "NaN", "Wait": -1, "Colour": "1", "Networks": [ "192.0.2.1/24", "300.1.1.1" ], "Listen": "::1", "Inner": "x",
              "Named": { "a": { "Txt": 1 } } }
            """, out List<string> errors);

        string[] expected =
        [
            "G:Flag: \"perhaps\", expected true or false", "G:Numbr: unknown setting; did you mean Number?", "G:Number: \"11\", expected a whole number from 1 to 10",
            "G:Share: \"NaN\", expected a number", "G:Wait: \"-1\", expected a time such as 30s, 500ms or 2m, from 1ms to 1h", "G:Colour: \"1\", expected one of Red, Green",
            "G:Networks:0: \"192.0.2.1/24\", expected an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
            "G:Networks:1: \"300.1.1.1\", expected an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
            "G:Listen: \"::1\", expected ADDR:PORT such as 127.0.0.1:5432, [::1]:5432 or *:5432", "G:Inner: \"x\", expected a group of settings",
            "G:Named:a:Txt: unknown setting; did you mean Text?",
        ];
        Assert.Equal(expected.Order(), errors.Order());
    }

    [Fact]
    public void A_groups_own_rules_are_asked_when_its_values_could_be_read()
    {
        Read("""{ "Inner": { "Text": "" } }""", out List<string> errors);
        Assert.Equal(["G:Inner:Text: empty, expected something"], errors);
    }

    private static Group Read(string json, out List<string> errors)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "G": {{json}} }"""));
        errors = [];
        return SettingsBinder.Read<Group>(new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("G"), errors);
    }

    private sealed record Group
    {
        public bool Flag { get; init; }

        [Between("1", "10")]
        public int Number { get; init; } = 3;

        public double? Share { get; init; }

        [Between("1ms", "1h")]
        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

        public Colour Colour { get; init; }

        public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

        public IPEndPoint? Listen { get; init; }

        public Inner? Inner { get; init; }

        public IReadOnlyDictionary<string, Inner> Named { get; init; } = new Dictionary<string, Inner>();
    }

    private sealed record Inner : ICheckedSettings
    {
        public string Text { get; init; } = "default";

        public IEnumerable<string> Errors(string path) => Text.Length == 0 ? [$"{path}:Text: empty, expected something"] : [];
    }
}
