namespace GslbServer.Tests.Loading;

/// <summary>Zone files as <c>serve</c> and <c>check</c> read them.</summary>
public sealed class ZoneLoaderTests : IDisposable
{
    private const string Head = """
        $TTL 300
        @        SOA     ns hostmaster 7 3600 600 86400 30
                 NS      ns
        ns       A       192.0.2.53
        eu-west  REGION  53.35 -6.26
                 A       198.51.100.10

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-zones-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Errors_stand_before_warnings_and_in_the_order_of_the_file_whoever_found_them()
    {
        Write("example.org.zone", Head + "idle CHECK tcp port=80\nwww STEER geo tokyo\nbad A 300.1.1.1\nweb STEER goe eu-west ramp=fast ttl-min=soon\nworse MX x y\n");
        LoadedZones loaded = Load();
        Assert.Equal([8, 9, 10, 10, 10, 11], loaded.Diagnostics.Take(6).Select(d => d.Position.Line));
        Assert.Equal(loaded.Diagnostics.Take(6).OrderBy(d => (d.Position.Line, d.Position.Column)), loaded.Diagnostics.Take(6));
        Assert.Equal(6, loaded.Errors.Count());
    }

    [Fact]
    public void Errors_of_an_included_file_stand_at_their_own_lines()
    {
        Write("regions.inc", "ap-south REGION 19.08 272.88\n  A 203.0.113.10\n");
        Write("example.org.zone", Head + "$INCLUDE regions.inc\nwww STEER geo eu-west ap-sout\n");
        string[] errors = [.. Load().Errors];
        Assert.Equal(2, errors.Length);
        Assert.Contains(errors, error => error.EndsWith("regions.inc:1:23: longitude 272.88 is off the map: expected -180 to 180 degrees", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("example.org.zone:8:23: target \"ap-sout\" is not defined, did you mean \"ap-south\"?", StringComparison.Ordinal));
    }

    [Fact]
    public void All_down_nodata_is_refused_where_the_apex_has_keys()
    {
        const string Steer = "www STEER geo eu-west all-down=nodata\n";
        const string Key = "DNSKEY 256 3 13 oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA==\n";
        Write("example.org.zone", Head + Steer + "elsewhere " + Key);
        Assert.Empty(Load().Errors);
        Write("example.org.zone", Head + Steer + "@ " + Key);
        Assert.Contains("example.org.zone:7:23: all-down=nodata in the signed zone example.org.", Assert.Single(Load().Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("www STEER geo eu-west cloud\nwww MX 10 ns\n", "9:23: region cloud answers with a CNAME, which cannot stand beside the MX of www.example.org.")]
    [InlineData("www STEER geo eu-west all-down=cloud\nwww TXT x\n", "9:23: region cloud answers with a CNAME, which cannot stand beside the TXT of www.example.org.")]
    [InlineData("www STEER geo eu-west all-down=cloud\nwww A 192.0.2.1\n", "9:23: region cloud answers with a CNAME, which cannot stand beside A or AAAA records")]
    [InlineData("www STEER geo eu-west cloud\n", null)]
    public void Cname_region_stands_beside_nothing(string zone, string? error)
    {
        Write("example.org.zone", Head + "cloud REGION 1 1\n CNAME lb.example.net.\n" + zone);
        Assert.Equal(error is null ? 0 : 1, Load().Errors.Count());
        Assert.All(Load().Errors, found => Assert.EndsWith("example.org.zone:" + error, found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hostmaster 7 ", "serial 7 stayed")]
    [InlineData("hostmaster 6 ", "serial 6 fell from 7")]
    [InlineData("hostmaster 8 ", null)]
    public void Changed_zone_whose_serial_did_not_rise_is_a_warning(string serial, string? warning)
    {
        Write("example.org.zone", Head);
        var loader = new Loader(new NodeOptions { Zones = _folder.FullName, StateDirectory = _folder.FullName }, TimeProvider.System);
        Assert.Empty(loader.Load().Errors);
        Write("example.org.zone", Head.Replace("hostmaster 7 ", serial, StringComparison.Ordinal) + "www STEER geo eu-west\n");
        string[] warnings = [.. loader.Load().Warnings.Where(found => found.Contains("serial", StringComparison.Ordinal))];
        Assert.Equal(warning is null ? 0 : 1, warnings.Length);
        Assert.All(warnings, found => Assert.Contains($"example.org.zone:2:1: warning: zone example.org. changed, but its {warning}", found, StringComparison.Ordinal));
        Assert.DoesNotContain(loader.Load().Warnings, found => found.Contains("serial", StringComparison.Ordinal));
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.FullName, file), text);

    private LoadedZones Load() => ZoneLoader.Load([_folder.FullName]);
}
