using GslbServer.Steering;

namespace GslbServer.Tests.Loading;

/// <summary>Geodata files that change while a node uses them.</summary>
public sealed class GeoFileTests : IDisposable
{
    private static readonly UInt128 Dublin = (UInt128)0xC633_6401 << 96; // 198.51.100.1

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-geo-test-");
    private readonly string _file;

    public GeoFileTests()
    {
        _file = Path.Combine(_folder.FullName, "city.mmdb");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "geodata", "sample.mmdb"), _file);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_loaded_survives_a_file_that_is_cut_off_in_place()
    {
        GeoTable geo = GeoLoader.Load([_file]);
        string hash = geo.Hash;
        using (FileStream file = File.OpenWrite(_file))
        {
            file.SetLength(0);
        }

        AssertWorks(geo);
        Assert.Equal(hash, geo.Hash);
    }

    [Fact]
    public void What_was_loaded_survives_a_file_that_is_overwritten_in_place()
    {
        GeoTable geo = GeoLoader.Load([_file]);
        File.WriteAllBytes(_file, new byte[new FileInfo(_file).Length]);
        AssertWorks(geo);
    }

    [Fact]
    public void What_was_loaded_survives_a_file_that_is_gone()
    {
        GeoTable geo = GeoLoader.Load([_file]);
        File.Delete(_file);
        AssertWorks(geo);
    }

    [Fact]
    public void An_empty_file_is_refused_by_name()
    {
        File.WriteAllBytes(_file, []);
        Assert.Equal($"{_file}: cannot be read: the file is empty", Assert.Throws<GeoDataException>(() => GeoLoader.Load([_file])).Message);
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        File.Delete(_file);
        Assert.StartsWith($"{_file}: cannot be read: ", Assert.Throws<GeoDataException>(() => GeoLoader.Load([_file])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_copy_has_no_name()
    {
        GeoTable geo = GeoLoader.Load([_file]);
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "gslb-geo-????????.???"));
        AssertWorks(geo);
    }

    private static void AssertWorks(GeoTable geo)
    {
        Assert.Equal("IE", geo.Find(isIPv6: false, Dublin).Location.Country);
        PlaceTable places = PlaceTable.Compile(geo, useAsn: true, [], (location, _, _) => geo.Locations[location].Country == "IE" ? 1 : 0);
        Assert.Equal(1, places.Find(isIPv6: false, Dublin, out int leaf));
        Assert.Equal(24, leaf);
    }
}
