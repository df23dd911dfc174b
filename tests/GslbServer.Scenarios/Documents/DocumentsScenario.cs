using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Documents;

/// <summary>Every command that a document shows is run as a reader would, beside the demo that the quick start begins with, and must print what the document says.</summary>
/// <remarks>Each document gets a copy of zones/ and geodata/, a demo on its default ports, and a network of its own. What cannot be run says why, in the info string of its block.</remarks>
public sealed class DocumentsScenario
{
    /// <summary>How long a command that only looks may look.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Kinds = ["console", "zone", "text", "json", "csv", "yaml", "ini"];

    public static TheoryData<string> Documents() => [.. Files()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_says_what_it_is(string document)
    {
        Assert.All(Blocks(document), block =>
        {
            Assert.True(Kinds.Contains(block.Kind), $"{document}:{block.Line}: \"{block.Info}\": expected one of {string.Join(", ", Kinds)} behind the fence");
            Assert.True(block.NotRun != "", $"{document}:{block.Line}: say why it is not run");
            Assert.True(block.Kind == "console" || !block.Lines.Any(line => line.StartsWith("$ ", StringComparison.Ordinal)), $"{document}:{block.Line}: commands stand in console blocks, which are run");
            if (block.Kind == "console") Assert.NotEmpty(block.Commands());
        });
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_zone_is_one_that_check_takes(string document)
    {
        using var folder = new TemporaryFolder();
        string main = "";
        foreach (DocumentBlock block in Blocks(document).Where(block => block.Kind == "zone"))
        {
            string text = string.Join('\n', block.Lines) + "\n";
            main = block.Info == "zone more" ? main + "\n" + text : text;
            string origin = block.Info.Split(' ') is ["zone", var name] && name != "more" ? name : "gslb.example";
            ToolResult check = await Tool.RunAsync(BuiltProgram.Gslb, "check", folder.Write($"{origin}.zone", main));
            Assert.True(check.ExitCode == 0, $"{document}:{block.Line}: {check.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_command_prints_what_the_document_says(string document)
    {
        DocumentCommand[] commands = [.. Blocks(document).Where(block => block is { Kind: "console", NotRun: null }).SelectMany(block => block.Commands())];
        if (commands.Length == 0) return;
        using var folder = new TemporaryFolder();
        await using Reader reader = await Reader.StartAsync(folder);
        foreach (DocumentCommand command in commands)
        {
            string[] printed = [];
            long start = TimeProvider.System.GetTimestamp();
            do
            {
                if (printed.Length > 0) await Task.Delay(TimeSpan.FromMilliseconds(300));
                printed = await reader.RunAsync(command.Text);
            }
            while (command.OnlyLooks && !command.Matches(printed) && TimeProvider.System.GetElapsedTime(start) < Patience);
            Assert.True(command.Matches(printed), $"{document}:{command.Line}: $ {command.Text}\nprinted\n{string.Join('\n', printed)}\nand not\n{string.Join('\n', command.Expected)}");
        }
    }

    private static IEnumerable<string> Files() =>
        ["README.md", "zones/README.md", .. Directory.EnumerateFiles(Path.Combine(BuiltProgram.RepositoryRoot, "docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<DocumentBlock> Blocks(string document) => DocumentBlock.Read(File.ReadAllText(Path.Combine(BuiltProgram.RepositoryRoot, document)));

    /// <summary>Somebody with the quick start running, in a network that nobody else is in.</summary>
    private sealed class Reader(RunningProgram demo, TemporaryFolder folder) : IAsyncDisposable
    {
        public static async Task<Reader> StartAsync(TemporaryFolder folder)
        {
            foreach (string source in (string[])["zones", "geodata"])
            {
                Directory.CreateDirectory(folder.File(source));
                foreach (string file in Directory.EnumerateFiles(Path.Combine(BuiltProgram.RepositoryRoot, source))) File.Copy(file, folder.File(Path.Combine(source, Path.GetFileName(file))));
            }

            // The program by its name, as an installed one is called.
            File.WriteAllText(folder.File("gslb"), $"#!/bin/sh\nexec '{BuiltProgram.DotnetHost}' '{BuiltProgram.Gslb.Path}' \"$@\"\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.File("gslb"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RunningProgram demo = RunningProgram.Start("unshare", ["--net", "sh", "-c", "ip link set lo up; exec ./gslb demo"], folder.Path);
            await demo.WaitForLineAsync("undrain eu-west");
            await demo.WaitForLineAsync("transition sa-east");
            return new Reader(demo, folder);
        }

        /// <summary>What it prints, on either stream; a command that fails says so in its document by <c>; echo $?</c>.</summary>
        public async Task<string[]> RunAsync(string command)
        {
            await using RunningProgram shell = RunningProgram.Start("nsenter", ["--net", "--target", demo.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "bash", "-c", command], folder.Path,
                new Dictionary<string, string> { ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}" });
            int exit = await shell.WaitForExitAsync();
            Assert.True(exit == 0, $"$ {command}\nended with {exit}\n{shell.Output}");
            return shell.Output.Lines;
        }

        public ValueTask DisposeAsync() => demo.DisposeAsync();
    }
}
