using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace GslbServer;

/// <summary>The dashboard's files, which lie inside the assembly (<c>src/GslbServer.Dashboard</c>): the page at <c>/</c>, its script, style and icon.</summary>
internal sealed class DashboardFiles
{
    private const string Prefix = "wwwroot/", Page = "index.html";

    /// <summary>The browser itself holds what the page promises: nothing from another host, no script but the bundle, and no text ever read as HTML.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly Lazy<IReadOnlyList<DashboardFile>> Embedded = new(() =>
        [.. typeof(DashboardFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => Read(name))]);

    public static IReadOnlyList<DashboardFile> All => Embedded.Value;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (DashboardFile file in All)
        {
            routes.MapGet(file.Name == Page ? "/" : "/" + file.Name, (HttpRequest request) => Answer(file, request)).RequireRole(AdminRole.None).ExcludeFromDescription();
        }
    }

    private static IResult Answer(DashboardFile file, HttpRequest request)
    {
        IHeaderDictionary headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Kept, but asked for again each time: a new version of the node shows at once.
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept-Encoding";
        string encoding = EncodingFor(request);
        if (encoding.Length > 0)
        {
            headers.ContentEncoding = encoding;
        }

        byte[] content = encoding switch { "br" => file.Brotli, "gzip" => file.Gzip, _ => file.Plain };
        return TypedResults.Bytes(content, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Hash}{(encoding.Length > 0 ? "-" + encoding : "")}\""));
    }

    /// <returns>The best one that the client takes; empty for none.</returns>
    internal static string EncodingFor(HttpRequest request)
    {
        IList<StringWithQualityHeaderValue> accepted = request.GetTypedHeaders().AcceptEncoding;
        return ((string[])["br", "gzip"]).FirstOrDefault(name => accepted.Any(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0)) ?? "";
    }

    private static DashboardFile Read(string resource)
    {
        using Stream stream = typeof(DashboardFiles).Assembly.GetManifestResourceStream(resource)!;
        byte[] plain = new byte[stream.Length];
        stream.ReadExactly(plain);
        string name = resource[Prefix.Length..];
        string type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        };
        return new DashboardFile(name, type, plain, Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8)));
    }
}

/// <summary>One file, compressed once in the life of the process, when it is first asked for.</summary>
internal sealed class DashboardFile(string name, string contentType, byte[] plain, string hash)
{
    /// <summary>10 compresses within 1 % of the slowest in a fifth of its time.</summary>
    private const int BrotliQuality = 10, BrotliWindow = 20;

    private readonly Lazy<byte[]> _brotli = new(() =>
    {
        byte[] compressed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, compressed, out int length, BrotliQuality, BrotliWindow) ? compressed[..length] : throw new InvalidOperationException(name);
    });

    private readonly Lazy<byte[]> _gzip = new(() =>
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return compressed.ToArray();
    });

    public string Name => name;

    public string ContentType => contentType;

    public string Hash => hash;

    public byte[] Plain => plain;

    public byte[] Brotli => _brotli.Value;

    public byte[] Gzip => _gzip.Value;
}
