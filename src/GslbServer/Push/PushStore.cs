using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Pushed zones in the state directory: an index for each zone (<c>NAME.json</c>), each text under its hash, and the text that this node serves as a zone file (<c>zones/NAME.zone</c>).</summary>
internal sealed class PushStore(string stateDirectory)
{
    private readonly string _folder = Path.Combine(stateDirectory, "pushed");

    private string ServingPath => Path.Combine(_folder, "serving");

    /// <summary>Zone files are read as octets, and so are pushed ones.</summary>
    public static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    public static string HashOf(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));

    /// <summary>Where the text that this node serves lies.</summary>
    public string ServedPath(DomainName zone) => Path.Combine(_folder, "zones", StateFile.NameOf(zone) + ZoneLoader.Extension);

    /// <summary>Where a text is judged.</summary>
    public string CandidatePath(DomainName zone) => Path.Combine(_folder, "candidate", StateFile.NameOf(zone) + ZoneLoader.Extension);

    public IEnumerable<(string Path, DomainName? Zone, PushIndex? Index)> Indexes()
    {
        if (!Directory.Exists(_folder))
            yield break;
        foreach (string path in Directory.EnumerateFiles(_folder, "*.json").Order(StringComparer.Ordinal))
        {
            DomainName? zone = DomainName.TryParse(Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path)), DomainName.Root, out DomainName? name, out _) ? name : null;
            yield return (path, zone, zone is not null && PushIndex.TryRead(zone, File.ReadAllBytes(path), out PushIndex? index) ? index : null);
        }
    }

    /// <summary>Which version of each zone this node served last.</summary>
    public Dictionary<string, int> Serving()
    {
        try
        {
            return File.Exists(ServingPath) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(ServingPath)) ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    public void SaveServing(IReadOnlyDictionary<string, int> serving) => StateFile.Write(ServingPath, JsonSerializer.SerializeToUtf8Bytes(serving));

    public void SaveIndex(DomainName zone, PushIndex index) => StateFile.Write(Path.Combine(_folder, StateFile.NameOf(zone) + ".json"), index.Write());

    public byte[]? Text(string hash)
    {
        string path = Path.Combine(_folder, hash);
        try
        {
            byte[]? text = File.Exists(path) ? File.ReadAllBytes(path) : null;
            return text is not null && HashOf(text) == hash ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void SaveText(string hash, byte[] text)
    {
        if (Text(hash) is null)
            StateFile.Write(Path.Combine(_folder, hash), text);
    }

    /// <summary>Hashes of the texts here.</summary>
    public IReadOnlyList<string> Texts() => Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder).Select(p => Path.GetFileName(p)).Where(n => n.Length == 64)] : [];

    public void RemoveText(string hash) => File.Delete(Path.Combine(_folder, hash));
}
