namespace GslbServer.Steering;

/// <summary>The words of one record, parted into positional words and keys (zones/README.md, Words).</summary>
internal sealed class RecordWords
{
    private readonly Dictionary<string, KeyValue> _scalars = [];
    private readonly List<KeyValue> _lists = [];

    private RecordWords(int record) => Record = record;

    public int Record { get; }

    public List<(string Text, int Word)> Positional { get; } = [];

    public IEnumerable<KeyValue> All => _scalars.Values.Concat(_lists);

    public static RecordWords Read(int index, ConfigRecord record, Problems problems)
    {
        var words = new RecordWords(index);
        bool keysBegun = false;
        for (int i = 0; i < record.Words.Count; i++)
        {
            string word = record.Words[i];
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string key = equals > 0 ? word[..equals].ToLowerInvariant() : "";
            if (key.Length > 0 && Keys.IsKey(key, out ConfigKind kind))
            {
                keysBegun = true;
                words.AddKey(record.Kind, kind, new KeyValue(key, word[(equals + 1)..], i), problems);
            }
            else if (!keysBegun)
            {
                words.Positional.Add((word, i));
            }
            else if (key.Length > 0)
            {
                problems.Error(index, i, UnknownKey(record.Kind, key));
            }
            else
            {
                problems.Error(index, i, $"\"{word}\" stands after the keys; expected key=value here, {PositionalWords(record.Kind)} come first");
            }
        }

        return words;
    }

    public static string UnknownKey(ConfigKind kind, string key)
    {
        string[] known = Keys.Of(kind);
        string guess = Suggestion.For(key, known, "=");
        return $"unknown key \"{key}=\"{(guess.Length > 0 ? guess : $" (keys: {string.Join(", ", known)})")}";
    }

    /// <summary>Null when the key is not written.</summary>
    public KeyValue? Scalar(string key) => _scalars.TryGetValue(key, out KeyValue found) ? found : null;

    /// <summary>All items of a list key, repeated or separated by commas.</summary>
    public IEnumerable<(string Item, int Word)> List(string key)
        => _lists.Where(found => found.Key == key).SelectMany(found => found.Value.Split(',').Select(item => (item.Trim(), found.Word)));

    private void AddKey(ConfigKind here, ConfigKind kind, KeyValue found, Problems problems)
    {
        if (kind != here)
        {
            problems.Error(Record, found.Word, $"\"{found.Key}=\" is a key of {Word(kind)}, not of {Word(here)}{Suggestion.For(found.Key, Keys.Of(here), "=")}");
        }
        else if (found.Value.Length == 0)
        {
            problems.Error(Record, found.Word, $"\"{found.Key}=\" needs a value");
        }
        else if (Keys.Lists.Contains(found.Key))
        {
            _lists.Add(found);
        }
        else if (!_scalars.TryAdd(found.Key, found))
        {
            problems.Error(Record, found.Word, $"\"{found.Key}=\" is given twice (first as \"{_scalars[found.Key].Value}\"); it takes one value");
        }
    }

    private static string PositionalWords(ConfigKind kind) => kind switch
    {
        ConfigKind.Region => "latitude and longitude",
        ConfigKind.Check => "the kind",
        _ => "policy and targets",
    };

    private static string Word(ConfigKind kind) => kind.ToString().ToUpperInvariant();
}
