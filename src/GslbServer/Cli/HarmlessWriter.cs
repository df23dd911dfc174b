using System.Text;

namespace GslbServer;

/// <summary>Standard output or error of a command: nothing that came over the network or out of a file can make the terminal obey it.</summary>
internal sealed class HarmlessWriter(TextWriter inner, bool keepColour) : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(PlainText.Painted(value.ToString(), keepColour: false, keepLines: true));

    public override void Write(string? value) => inner.Write(Clean(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.WriteLine(Clean(value));

    public override Task WriteAsync(string? value) => inner.WriteAsync(Clean(value));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(Clean(value));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    private string? Clean(string? value) => value is null ? null : PlainText.Painted(value, keepColour, keepLines: true);
}
