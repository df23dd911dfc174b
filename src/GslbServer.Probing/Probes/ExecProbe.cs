using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Runs a program of the operator's: exit 0 is up, its first line of output the detail. Only programs in the directory that the node's options name,
/// without a shell, in an almost empty environment, and killed with all its children at the timeout. A symbolic link in that directory may lead out of it:
/// who may write there decides what may run.</summary>
internal sealed class ExecProbe(string? directory) : IProbe
{
    private const int OutputOctets = 4096;

    /// <summary>What a program needs to find others and to print; everything else of the node's environment may be secret.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];

    /// <summary>Output that a child left behind keeps open is not waited for.</summary>
    private static readonly TimeSpan OutputAfterExit = TimeSpan.FromMilliseconds(100);

    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        if (directory is null)
            return ProbeResult.Bad("exec is refused: this node has no --exec-dir");
        string[] words = (attempt.Check.Command ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return ProbeResult.Bad("exec without a command");
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;
        string program = Path.GetFullPath(words[0], root);
        if (!program.StartsWith(root, StringComparison.Ordinal))
            return ProbeResult.Bad($"exec is refused: {words[0]} is not in {root}");
        if (!File.Exists(program))
            return ProbeResult.Bad($"{program} does not exist");

        using var process = new Process { StartInfo = StartInfo(attempt, root, program, words) };
        attempt.Stage = $"running {words[0]}";
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return ProbeResult.Bad($"cannot run {words[0]}: {FailureText.OneLine(e.Message)}");
        }
        try
        {
            process.StandardInput.Close();
            Task<string> output = FirstLineAsync(process.StandardOutput.BaseStream);
            Task<string> errors = FirstLineAsync(process.StandardError.BaseStream);
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(OutputAfterExit, attempt.Time, cancel)).ConfigureAwait(false);
            string said = output.IsCompletedSuccessfully && await output.ConfigureAwait(false) is { Length: > 0 } line ? line
                : errors.IsCompletedSuccessfully ? await errors.ConfigureAwait(false) : "";
            int code = process.ExitCode;
            string exit = string.Create(CultureInfo.InvariantCulture, $"exit {code}");
            return new ProbeResult(code == 0, said.Length == 0 ? exit : code == 0 ? said : $"{exit}: {said}");
        }
        finally
        {
            Kill(process);
        }
    }

    private static ProcessStartInfo StartInfo(ProbeAttempt attempt, string root, string program, string[] words)
    {
        Check check = attempt.Check;
        var start = new ProcessStartInfo(program, words.Skip(1))
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = Inherited.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(v => v.value is not null).ToArray();
        start.Environment.Clear();
        foreach ((string name, string? value) in inherited)
            start.Environment[name] = value;
        start.Environment["GSLB_ADDRESS"] = attempt.Address.ToString();
        start.Environment["GSLB_PORT"] = check.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["GSLB_REGION"] = attempt.Region;
        start.Environment["GSLB_CHECK"] = check.Name;
        start.Environment["GSLB_HOST"] = attempt.ServerName;
        start.Environment["GSLB_PATH"] = check.Path;
        start.Environment["GSLB_TIMEOUT_MS"] = attempt.Timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        return start;
    }

    /// <summary>Reads to the end, so that the program never blocks on a full pipe, and keeps the first line.</summary>
    private static async Task<string> FirstLineAsync(Stream output)
    {
        byte[] kept = new byte[OutputOctets], rest = new byte[OutputOctets];
        try
        {
            int length = await output.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false).ConfigureAwait(false);
            while (length == kept.Length && await output.ReadAsync(rest).ConfigureAwait(false) > 0)
            {
                // Thrown away.
            }
            return FailureText.OneLine(Encoding.UTF8.GetString(kept, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .FirstOrDefault() ?? "");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return "";
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself in between.
        }
    }
}
