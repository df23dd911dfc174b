using GslbServer.Steering;

namespace GslbServer;

/// <summary>An explanation on a terminal: what the DNS form says, the subjects in a column.</summary>
internal static class ExplanationReport
{
    public static void Write(Explanation explanation, TextWriter writer, Terminal terminal)
    {
        IReadOnlyList<(string Subject, string Text)> parts = [.. ExplanationText.Parts(explanation)];
        int width = parts.Max(p => p.Subject.Length);
        foreach ((string subject, string text) in parts)
        {
            string padding = new(' ', width - subject.Length + 2);
            writer.WriteLine(terminal.Strong(subject) + padding + text);
        }
    }
}
