using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns.Tests;

/// <summary>BIND's named-compilezone as an independent judge: it must read the same zone as we do, from our writing of it too.</summary>
public class BindAgreementTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.org.");

    [Fact]
    public void Zone_with_every_type_is_the_same_zone_to_BIND()
    {
        string path = EveryTypePath();
        ZoneFile ours = ZoneFileReader.Read(path, File.ReadAllText(path), Origin);
        Assert.False(ours.HasErrors, string.Join('\n', ours.Diagnostics));
        Assert.Equal(Lines(ours), Lines(CompiledByBind(path)));
    }

    [Fact]
    public void Zone_in_our_writing_is_the_same_zone_to_BIND()
    {
        string path = EveryTypePath();
        ZoneFile ours = ZoneFileReader.Read(path, File.ReadAllText(path), Origin);
        using var rewritten = new TemporaryFile(string.Join('\n', ours.Records) + '\n');
        Assert.Equal(Lines(ours), Lines(CompiledByBind(rewritten.Path)));
    }

    [Fact]
    public void Zone_in_the_generic_form_is_the_same_zone_to_BIND()
    {
        string path = EveryTypePath();
        ZoneFile ours = ZoneFileReader.Read(path, File.ReadAllText(path), Origin);
        using var generic = new TemporaryFile(string.Concat(ours.Records.Select(r =>
            $"{r.Owner} {r.Ttl} CLASS1 TYPE{(ushort)r.Type} {RdataText.FormatGeneric(r.Rdata)}\n")));
        Assert.Equal(Lines(ours), Lines(CompiledByBind(generic.Path)));
        Assert.Equal(Lines(ours), Lines(ZoneFileReader.Read(generic.Path, File.ReadAllText(generic.Path), Origin)));
    }

    [Fact]
    public void Configuration_records_in_the_generic_form_pass_through_BIND_unharmed()
    {
        const string Text = """
            $TTL 300
            @ SOA ns1.example.net. hostmaster 1 3600 600 86400 30
              NS ns1.example.net.
            eu REGION 53.35 -6.26 capacity=2500
               A 192.0.2.1
            web CHECK https "path=/a b;c" host=www
            www 30 STEER latency eu check=web map=EU:eu
            """;
        ZoneFile ours = ZoneFileReader.Read("example.org.zone", Text, Origin);
        using var generic = new TemporaryFile(string.Concat(ours.Records.Select(r => $"{r.Owner} {r.Ttl} IN {(r.Words is null
            ? $"{r.Type} {RdataText.Format(r.Type, r.Rdata)}" : $"TYPE{(ushort)r.Type} {RdataText.FormatGeneric(r.Rdata)}")}\n")));
        ZoneFile theirs = CompiledByBind(generic.Path);
        Assert.Equal(Lines(ours), Lines(theirs));
        Assert.Equal(3, theirs.Records.Count(r => r.Words is not null));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Zone_with_every_oddity_of_syntax_is_the_same_zone_to_BIND(string lineEnd)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gslb-odd-");
        try
        {
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(EveryTypePath()) ?? "", "odd-syntax*"))
            {
                string text = File.ReadAllText(file).TrimEnd('\n'); // the last line ends with the file
                File.WriteAllText(Path.Combine(folder.FullName, Path.GetFileName(file)), text.Replace("\n", lineEnd, StringComparison.Ordinal));
            }
            string path = Path.Combine(folder.FullName, "odd-syntax.zone");
            ZoneFile ours = ZoneFileReader.Read(path, File.ReadAllText(path), Origin, (name, _) => (name, File.ReadAllText(Path.Combine(folder.FullName, name))));
            Assert.False(ours.HasErrors, string.Join('\n', ours.Diagnostics));
            Assert.Equal(Lines(ours), Lines(CompiledByBind(path)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One line for each record, in one order. Names below an owner keep the case that BIND gives them, so it is folded.</summary>
    private static List<string> Lines(ZoneFile zone)
        => [.. zone.Records.Select(r => $"{r.Owner.ToLower()} {r.Ttl} {r.Type} {Convert.ToHexString(CanonicalRdata.Of(r.Type, r.Rdata))}").Order(StringComparer.Ordinal)];

    private static ZoneFile CompiledByBind(string path)
    {
        using var compiled = new TemporaryFile("");
        using Process? compiler = Process.Start(new ProcessStartInfo("named-compilezone", ["-i", "none", "-k", "ignore", "-o", compiled.Path, "example.org", path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(path), // where BIND looks for $INCLUDE
        });
        Assert.NotNull(compiler);
        string said = compiler.StandardOutput.ReadToEnd() + compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, said);
        return ZoneFileReader.Read("compiled", File.ReadAllText(compiled.Path), Origin);
    }

    private static string EveryTypePath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here) ?? "", "every-type.zone");

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"gslb-{Guid.NewGuid():N}.zone");

        public void Dispose() => File.Delete(Path);
    }
}
