using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GslbServer.Tests.Repository;

/// <summary>The systemd units, by systemd's own judgement.</summary>
public sealed partial class UnitFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gslb-units-").FullName;

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_units()
    {
        string[] units = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "deploy", "systemd")).Select(Copy)];
        Assert.True(units.Length >= 3);
        string said = await AnalyzeAsync(["verify", .. units]);
        // Of other units of this machine it may say what it likes.
        Assert.DoesNotContain(said.Split('\n'), line => line.Contains(_folder, StringComparison.Ordinal) || line.StartsWith("gslb", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gslb.service")]
    [InlineData("gslb-balancer.service")]
    public async Task The_exposure_of_a_service_is_below_2(string unit)
    {
        string said = await AnalyzeAsync(["security", "--offline=true", "--no-pager", Copy(Path.Combine(RepositoryFiles.Root, "deploy", "systemd", unit))]);
        Match exposure = Exposure().Match(said);
        Assert.True(exposure.Success, said);
        Assert.True(double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture) < 2, said);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Without its drop-ins, and with a program that is there.</summary>
    private string Copy(string unit)
    {
        string copy = Path.Combine(_folder, Path.GetFileName(unit));
        File.WriteAllText(copy, Program().Replace(File.ReadAllText(unit), "/bin/true"));
        return copy;
    }

    private static async Task<string> AnalyzeAsync(string[] arguments)
    {
        using var analyze = Process.Start(new ProcessStartInfo("systemd-analyze", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = analyze.StandardError.ReadToEndAsync();
        string output = await analyze.StandardOutput.ReadToEndAsync() + await errors;
        await analyze.WaitForExitAsync();
        return output;
    }

    [GeneratedRegex(@"/opt/gslb[a-z-]*/gslb[a-z-]*")]
    private static partial Regex Program();

    [GeneratedRegex(@"Overall exposure level for [\w.-]+: (\d+\.\d+)")]
    private static partial Regex Exposure();
}
