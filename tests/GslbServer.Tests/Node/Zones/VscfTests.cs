using System.Text;

namespace GslbServer.Tests.Zones;

/// <summary>gdnsd's configuration language (gdnsd.config(5), LOW-LEVEL SYNTAX).</summary>
public sealed class VscfTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-vscf-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("options = { listen = [ 192.0.2.1, 192.0.2.2 ] }")]
    [InlineData("\"options\" => {\n  listen => [ 192.0.2.1 192.0.2.2 ] # a comment } ]\n}")]
    [InlineData("options={listen=[192.0.2.1 192.0.2.2]}; another")]
    [InlineData("options => { listen => [192.0.2.1, 192.0.2.2,], },")]
    public void Styles_mean_the_same(string text) => Assert.Equal(["192.0.2.1", "192.0.2.2"], Hash(text).Hash("options")!["listen"]!.Texts);

    [Theory]
    [InlineData("ex\\097mpl\\e", "example")]
    [InlineData("\"ex\\097mpl\\e\"", "example")]
    [InlineData("internal\\\"doublequote", "internal\"doublequote")]
    [InlineData("white\\ space", "white space")]
    [InlineData("\"braces{every[where]oh}my\"", "braces{every[where]oh}my")]
    [InlineData("braces\\{every\\[where\\]oh\\}my", "braces{every[where]oh}my")]
    [InlineData("\\\\\\=\\=\\=", "\\===")]
    public void Strings_are_escaped_as_in_zone_files(string written, string text) => Assert.Equal([text], Hash($"key = {written}")["key"]!.Texts);

    [Fact]
    public void Files_are_included_as_values_and_into_hashes()
    {
        Write("listen", "[ 127.0.0.1, 127.0.0.2 ]");
        Write("plugins.d/foo", "weighted => { }");
        Write("plugins.d/bar", "metafo => { }");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "empty"));
        string config = Write("config", "options => { listen => $include{listen} } plugins => { $include{ \"plugins.d\" }, $include{empty}, $include{plugins.d/*oo2*} }");
        InputException none = Assert.Throws<InputException>(() => Read(config));
        Assert.Equal($"{config}:1:98: $include{{plugins.d/*oo2*}}: there is no such file", none.Message);
        Write("plugins.d2/foo2", "simplefo => { }");
        Write("config", "options => { listen => $include{listen} } plugins => { $include{ \"plugins.d\" }, $include{empty}, $include{plugins.d2/*oo2*} }");
        VscfHash all = (VscfHash)Read(config);
        Assert.Equal(["127.0.0.1", "127.0.0.2"], all.Hash("options")!["listen"]!.Texts);
        Assert.Equal(["metafo", "weighted", "simplefo"], all.Hash("plugins")!.Entries.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData("a => { b => c", "c:1:14: the file ends within the { of c:1:6")]
    [InlineData("a => [ b", "c:1:9: the file ends within the [ of c:1:6")]
    [InlineData("a => \"b", "c:1:9: the file ends within a quoted string")]
    [InlineData("a b", "c:1:3: \"a\": expected => or = behind a key")]
    [InlineData("a => }", "c:1:6: expected a value: a string, [ or {")]
    [InlineData("\n  a => 1\n  a => 2", "c:3:3: the key \"a\" stands twice in one hash")]
    [InlineData("a => \\25", "c:1:7: an escape of digits has three of them, at most 255")]
    [InlineData("a => $b", "c:1:6: an unquoted string cannot begin with $; expected $include{path}")]
    [InlineData("[ a ] b", "c:1:7: expected the end of the file")]
    [InlineData("a => $include{b}", "c:1:6: $include{b}: there is no such file")]
    public void What_is_wrong_is_told_with_its_place(string text, string error) => Assert.Equal(error, Assert.Throws<InputException>(() => VscfReader.Read("c", text, null)).Message);

    [Fact]
    public void Circles_and_depths_end()
    {
        string itself = Write("config", "$include{other}");
        string other = Write("other", "a => $include{config}");
        Assert.Equal($"{other}:1:6: {itself} includes itself", Assert.Throws<InputException>(() => Read(itself)).Message);
        Assert.Contains("hashes and arrays more than 64 deep", Assert.Throws<InputException>(() => Hash("a => " + new string('[', 1_000_000))).Message);
        Assert.Contains("hashes and arrays more than 64 deep", Assert.Throws<InputException>(() => Hash(string.Concat(Enumerable.Repeat("a = {", 100_000)))).Message);
    }

    /// <summary>Any text is read, or refused with the place.</summary>
    [Fact]
    public void No_text_makes_it_fail()
    {
        string[] pieces = ["a", "=>", "=", "{", "}", "[", "]", ",", "\"", "\\", "\\065", "#", ";", "\n", " ", "$include{x}", "$", "é"];
        Fuzz.Rounds(random =>
        {
            var text = new StringBuilder();
            for (int i = random.Next(20); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            try
            {
                VscfReader.Read("c", text.ToString(), null);
            }
            catch (InputException e)
            {
                Assert.Matches("^c:[0-9]+:[0-9]+: ", e.Message);
            }
        });
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static VscfValue Read(string file)
    {
        var files = new ImportFiles();
        return VscfReader.Read(file, files.Read(file), files);
    }

    private static VscfHash Hash(string text) => (VscfHash)VscfReader.Read("c", text, null);
}
