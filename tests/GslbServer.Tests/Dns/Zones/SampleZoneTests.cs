using System.Runtime.CompilerServices;

namespace GslbServer.Dns.Tests;

public class SampleZoneTests
{
    [Fact]
    public void Sample_zone_is_read_without_a_diagnostic()
    {
        ZoneFile zone = ZoneFileReader.Read("gslb.example.zone", File.ReadAllText(SamplePath()), DomainName.Parse("gslb.example."));
        Assert.Empty(zone.Diagnostics);
        Assert.Equal("gslb.example.", zone.Apex?.ToString());
        Assert.Equal(2026112101u, zone.Serial);
        ZoneRecord www = zone.Records.Single(r => r.Type == RecordType.STEER && r.Owner.Equals(DomainName.Parse("www.gslb.example.")));
        Assert.Equal(30u, www.Ttl);
        Assert.Equal("latency us-east us-west eu-west ap-south sa-east check=web ramp=0s rto=60s".Split(' '), www.Words?.Items.Select(w => w.Text));
        Assert.Contains("\"us-east.gslb.example.\"", RdataText.Format(RecordType.STEER, www.Rdata), StringComparison.Ordinal);
        Assert.Contains("\"check=web.gslb.example.\"", RdataText.Format(RecordType.STEER, www.Rdata), StringComparison.Ordinal);
    }

    private static string SamplePath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here) ?? "", "../../../../zones/gslb.example.zone");
}
