using System.Text;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class NameTableTests
{
    private static byte[] Label(string text) => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Wire(string name) => DomainName.Parse(name).Wire.ToArray();

    [Fact]
    public void Every_name_and_every_name_above_it_is_found_again_in_any_case()
    {
        var builder = new NameTableBuilder();
        var random = new Random(5);
        var names = new Dictionary<string, int>();
        for (int i = 0; i < 20_000; i++)
        {
            string name = $"{new string('x', random.Next(1, 40))}{random.Next(3000)}.Y{random.Next(300)}.example.org.";
            names[name] = builder.Add(new NameLabels(Wire(name)), rootLabels: 2);
        }
        NameTable table = builder.Build();
        foreach ((string name, int node) in names)
        {
            string[] labels = name.ToUpperInvariant().Split('.');
            int middle = table.FindChild(0, Label(labels[1]));
            Assert.True(middle > 0);
            Assert.Equal(node, table.FindChild(middle, Label(labels[0])));
            Assert.Equal(middle, table.ParentOf(node));
            Assert.Equal(name.Split('.')[0], Encoding.Latin1.GetString(table.LabelOf(node)[1..]));
        }
        Assert.Equal(-1, table.FindChild(0, Label("nope")));
    }

    [Fact]
    public void Octets_beyond_letters_are_not_folded()
    {
        var builder = new NameTableBuilder();
        foreach (string text in (string[])["\x80\xC1@[`{", "aa@aaaaaaaaa[z"]) builder.Add(new NameLabels([.. Label(text), 0]), rootLabels: 0);
        NameTable table = builder.Build();
        Assert.True(table.FindChild(0, Label("\x80\xC1@[`{")) > 0);
        Assert.True(table.FindChild(0, Label("AA@AAAAAAAAA[Z")) > 0);
        foreach (string text in (string[])["\xA0\xC1@[`{", "\x80\xE1@[`{", "\x80\xC1`[`{", "\x80\xC1@{`{", "\x80\xC1@[@{", "aa`aaaaaaaaa[z", "aa@aaaaaaaaa{z"])
        {
            Assert.Equal(-1, table.FindChild(0, Label(text)));
        }
    }

    [Theory]
    [InlineData("www.example.org.", "example.org.", true)]
    [InlineData("EXAMPLE.org.", "example.ORG.", true)]
    [InlineData("www.example.org.", ".", true)]
    [InlineData("notexample.org.", "example.org.", false)]
    [InlineData("org.", "example.org.", false)]
    [InlineData("a\\007example.org.", "example.org.", false)] // the octets end alike, the labels do not
    public void Name_ends_with_an_ancestor_at_a_label(string name, string ancestor, bool expected)
        => Assert.Equal(expected, new NameLabels(Wire(name)).EndsWith(Wire(ancestor)));
}
