using System.Text;


namespace GslbServer.Balancer.Tests;

public sealed class BeaconReportTests
{
    [Fact]
    public void A_report_is_read_as_it_came()
    {
        Assert.True(Read("""{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":20.25},{"region":"na","ms":-3}],"more":true}""", out BeaconReport? report));
        Assert.Equal("a1b2c3d4", report?.Nonce);
        Assert.Equal([new BeaconSample("eu", 20.25), new BeaconSample("na", -3)], report?.Samples);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"v":2,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":1}]}""")]
    [InlineData("""{"v":1,"samples":[{"region":"eu","ms":1}]}""")]
    [InlineData("""{"v":1,"nonce":null,"samples":[{"region":"eu","ms":1}]}""")]
    [InlineData("""{"v":1,"nonce":"../keys","samples":[{"region":"eu","ms":1}]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[null]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu"}]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":"1"}]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":NaN}]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":1},{"region":"eu","ms":2}]}""")]
    [InlineData("""{"v":1,"nonce":"a1b2c3d4","samples":[[[[[[1]]]]]]}""")]
    public void What_is_no_report_is_refused(string text) => Assert.False(Read(text, out _));

    [Fact]
    public void More_samples_than_a_browser_takes_are_refused()
    {
        string samples = string.Join(',', Enumerable.Range(0, 17).Select(i => $$"""{"region":"r{{i}}","ms":1}"""));
        Assert.False(Read($$"""{"v":1,"nonce":"a1b2c3d4","samples":[{{samples}}]}""", out _));
    }

    [Fact]
    public void Octets_of_any_kind_do_no_harm()
    {
        byte[] good = """{"v":1,"nonce":"a1b2c3d4","samples":[{"region":"eu","ms":20.25}]}"""u8.ToArray();
        for (int length = 0; length < good.Length; length++) Assert.False(BeaconReport.TryParse(good.AsSpan(0, length), out _));
        const int seed = 20261121;
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. good];
            changed[random.Next(good.Length)] = (byte)random.Next(256);
            if (BeaconReport.TryParse(changed, out BeaconReport? report)) Assert.True(report.Samples.Count == 1, $"seed {seed}, round {i}");
        }
    }

    private static bool Read(string text, out BeaconReport? report) => BeaconReport.TryParse(Encoding.UTF8.GetBytes(text), out report);
}
