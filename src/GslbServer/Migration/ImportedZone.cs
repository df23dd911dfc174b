using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone of another system in our language, as far as it could be carried over.</summary>
/// <param name="Zone">Absolute, with the final dot.</param>
/// <param name="Text">A zone file.</param>
/// <param name="Notes">What could not be carried, or needs an eye; each names the record.</param>
internal sealed record ImportedZone(string Zone, string Text, IReadOnlyList<string> Notes)
{
    /// <summary>Lines of a zone file, owners relative to the zone.</summary>
    public sealed class Writer(string zone)
    {
        private readonly StringBuilder _text = new();
        private readonly List<string> _notes = [];

        public void Note(string note) => _notes.Add(note);

        public void Comment(string comment) => _text.Append("\n; ").Append(comment).Append('\n');

        public void Record(string owner, uint? ttl, string type, string data) => _text.Append(Relative(owner)).Append(' ').Append(ttl is null ? "" : ttl + " ").Append(type).Append(' ').Append(data).Append('\n');

        public string Relative(string name) => name == zone ? "@" : name.EndsWith("." + zone, StringComparison.Ordinal) ? name[..^(zone.Length + 1)] : name;

        public ImportedZone Finish() => new(zone, ZoneFormatter.Format(_text.ToString()), _notes);
    }
}
