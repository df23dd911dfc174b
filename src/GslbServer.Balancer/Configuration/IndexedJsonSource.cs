using Microsoft.Extensions.Configuration.Json;

namespace GslbServer.Balancer;

/// <summary>A JSON file as .NET reads it, whose groups find their children by an index. .NET's own looks through all keys of the file for each group, so that a thousand clusters take seconds.</summary>
internal sealed class IndexedJsonSource(JsonConfigurationSource source) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        source.EnsureDefaults(builder);
        return new Provider(source);
    }

    private sealed class Provider(JsonConfigurationSource source) : JsonConfigurationProvider(source)
    {
        private readonly Dictionary<string, List<string>> _children = new(StringComparer.OrdinalIgnoreCase);

        public override void Load(Stream stream)
        {
            base.Load(stream);
            _children.Clear();
            var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (string key in Data.Keys) Add(key, known);
        }

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            [.. _children.GetValueOrDefault(parentPath ?? "", []).Concat(earlierKeys).Order(ConfigurationKeyComparer.Instance)];

        /// <summary>Each group on the way to a key is a child of the one before it.</summary>
        private void Add(string key, HashSet<string> known)
        {
            for (string path = key; known.Add(path);)
            {
                int colon = path.LastIndexOf(':');
                string parent = colon < 0 ? "" : path[..colon];
                if (!_children.TryGetValue(parent, out List<string>? children)) _children[parent] = children = [];
                children.Add(path[(colon + 1)..]);
                if (colon < 0) return;
                path = parent;
            }
        }
    }
}
