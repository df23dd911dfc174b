using GslbServer.State;

namespace GslbServer.Tests;

/// <summary>The copy of the audit trail on a node's disk: a chain of lines that shows what was done to it.</summary>
public sealed class AuditFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-audit-");

    private string Current => Path.Combine(_folder.FullName, "audit.jsonl");

    [Fact]
    public void What_was_appended_is_read_back_and_the_chain_goes_on()
    {
        Write(0, 5);
        Write(5, 3);
        Assert.Equal((8, 0), Read());
        Assert.Equal(9, File.ReadAllLines(Current).Length);
    }

    [Theory]
    [InlineData("maintenance 2", "maintenance X", "audit.jsonl:4: altered")]
    [InlineData("\"who\":\"alice\"", "\"who\":\"mallory\"", "audit.jsonl:2: altered")]
    public void An_altered_line_is_said_and_left_out_and_the_others_are_read(string text, string other, string expected)
    {
        Write(0, 5);
        string all = File.ReadAllText(Current);
        int at = all.IndexOf(text, StringComparison.Ordinal);
        File.WriteAllText(Current, all[..at] + other + all[(at + text.Length)..]);
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        Assert.Equal(4, file.Load().Count);
        Assert.Contains(expected, Assert.Single(file.Problems));
    }

    [Fact]
    public void A_line_cut_out_is_said()
    {
        Write(0, 5);
        string[] lines = File.ReadAllLines(Current);
        File.WriteAllText(Current, string.Join('\n', lines.Where((_, i) => i != 2)) + "\n");
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        Assert.Equal(3, file.Load().Count);
        Assert.Contains("audit.jsonl:3: altered, or lines before it are missing", Assert.Single(file.Problems));
    }

    [Fact]
    public void Whole_lines_cut_off_the_end_are_said()
    {
        Write(0, 5);
        File.WriteAllText(Current, string.Join('\n', File.ReadAllLines(Current)[..4]) + "\n");
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        Assert.Equal(3, file.Load().Count);
        Assert.Contains("entries at its end are missing", Assert.Single(file.Problems));
    }

    [Fact]
    public void A_line_cut_short_by_a_crash_is_left_out_said_once_and_not_glued_to_the_next()
    {
        Write(0, 5);
        using (FileStream stream = File.OpenWrite(Current))
            stream.SetLength(stream.Length - 20);
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        Assert.Equal(4, file.Load().Count);
        Assert.Contains(file.Problems, problem => problem.Contains("cut short", StringComparison.Ordinal));
        file.Append([Entry(9)], durable: true);
        Assert.Equal((5, 0), Read());
    }

    [Fact]
    public void A_crash_between_the_line_and_its_note_is_no_damage()
    {
        Write(0, 3);
        string head = File.ReadAllText(Path.Combine(_folder.FullName, "audit.head"));
        Write(3, 2);
        File.WriteAllText(Path.Combine(_folder.FullName, "audit.head"), head);
        Assert.Equal((5, 0), Read());
    }

    [Fact]
    public void Files_are_bounded_and_the_chain_spans_them()
    {
        var file = new AuditFile(_folder.FullName, TimeProvider.System, maxLength: 1000);
        file.Load();
        for (int i = 0; i < 100; i++)
            file.Append([Entry(i)], durable: false);
        Assert.Equal(AuditFile.Kept + 1, _folder.GetFiles("audit*.jsonl").Length);
        Assert.All(_folder.GetFiles("audit*.jsonl"), one => Assert.InRange(one.Length, 1, 2000));
        var again = new AuditFile(_folder.FullName, TimeProvider.System);
        IReadOnlyList<AuditEntry> entries = again.Load();
        Assert.Empty(again.Problems);
        Assert.Equal(Enumerable.Range(100 - entries.Count, entries.Count).Select(i => Entry(i).Id), entries.Select(entry => entry.Id));

        File.Delete(Path.Combine(_folder.FullName, "audit.2.jsonl"));
        var holed = new AuditFile(_folder.FullName, TimeProvider.System);
        Assert.NotEmpty(holed.Load());
        Assert.Contains("does not continue the file before it", Assert.Single(holed.Problems));
    }

    [Fact]
    public void Any_octets_for_a_file_are_read_without_a_fault()
    {
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            Write(0, 3);
            byte[] octets = File.ReadAllBytes(Current);
            for (int n = random.Next(1, 20); n > 0; n--)
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Current, octets[..random.Next(octets.Length)]);
            var file = new AuditFile(_folder.FullName, TimeProvider.System);
            file.Load();
            Assert.NotEmpty(file.Problems);
            file.Append([Entry(50)], durable: false);
            Assert.Contains(new AuditFile(_folder.FullName, TimeProvider.System).Load(), entry => entry.Id == Entry(50).Id);
            foreach (FileInfo one in _folder.GetFiles())
                one.Delete();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(int from, int count)
    {
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        file.Load();
        file.Append([.. Enumerable.Range(from, count).Select(Entry)], durable: true);
    }

    private (int Entries, int Problems) Read()
    {
        var file = new AuditFile(_folder.FullName, TimeProvider.System);
        int entries = file.Load().Count;
        return (entries, file.Problems.Count);
    }

    internal static AuditEntry Entry(int i) => new($"{Start.AddSeconds(i).ToUnixTimeMilliseconds():D15}-000000-node-1", Start.AddSeconds(i), "node-1", "override", "eu-west")
    {
        From = "none",
        To = "drain",
        Who = "alice",
        Reason = $"maintenance {i}",
        Result = "stored",
    };
}
