using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace GslbServer.Balancer.Tests;

public sealed class IndexedJsonSourceTests
{
    [Fact]
    public void Every_group_has_the_children_that_NETs_own_source_gives_it_and_in_their_order()
    {
        string folder = Directory.CreateTempSubdirectory("gslb-json-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.json"), """
                { "A": { "b": 1, "C": [ "x", "y", { "z": [] } ], "10": 1, "9": 2 }, "a2": "v", "E": {}, "N": null, "B:C": { "D": true }, "b": { "c": { "e": 3 } }, "List": [ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ] }
                """);
            using var files = new PhysicalFileProvider(folder);
            JsonConfigurationSource Source() => new() { FileProvider = files, Path = "a.json", Optional = false };
            KeyValuePair<string, string?>[] more = [new("A:b", "other"), new("A:d", "new"), new("New:x", "y")];
            string[] expected = [.. Walk(new ConfigurationBuilder().Add(Source()).AddInMemoryCollection(more).Build())];

            Assert.True(expected.Length > 30);
            Assert.Equal(expected, Walk(new ConfigurationBuilder().Add(new IndexedJsonSource(Source())).AddInMemoryCollection(more).Build()), StringComparer.OrdinalIgnoreCase);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Walk(IConfiguration configuration) =>
        configuration.GetChildren().SelectMany(child => Walk(child).Prepend($"{child.Path}={child.Value}"));
}
