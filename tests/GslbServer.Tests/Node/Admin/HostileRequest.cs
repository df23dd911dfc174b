using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace GslbServer.Tests.Admin;

/// <summary>A request made from the API's own description, with something wrong, huge or hostile in it.</summary>
/// <param name="Body">Null for none.</param>
internal sealed record HostileRequest(string Method, string Path, string? Body, string ContentType, IReadOnlyList<(string Name, string Value)> Headers)
{
    private static readonly string[] Values =
    [
        "", " ", "0", "-1", "99999999999999999999", "1e309", "NaN", "null", "true", "\u0000", "%00", "%", "%zz", "\r\nX-Evil: 1", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/shadow", "C:\\windows",
        "<script>alert(1)</script>", "' OR 1=1 --", "${jndi:ldap://127.0.0.1/x}", "{{7*7}}", "$(id)", "\ud83d\ude80", "\u202e", "e\u0301", "\ud800", "xn--", ".", "..", "a.b.c.d.e", "*", "@", "@eu-west", "eu-west@", "www.example.org.@", "drill:eu-west",
        "2026-13-45T99:99:99Z", "9999-12-31T23:59:59Z", "0001-01-01", "P1Y", "1000000h", "255.255.255.256", "::ffff:0:0", "198.51.100.0/33", "2001:db8::/129", "ANY", "TYPE65536", "AXFR",
        new('a', 300), string.Join('.', Enumerable.Repeat(new string('b', 63), 5)), new('9', 4000),
    ];

    private static readonly string[] Bodies =
    [
        "", "null", "[]", "0", "\"x\"", "{", "{}", "{\"a\":", "}{", "{\"state\":{}}", "{\"state\":[\"drain\"]}", "{\"state\":\"drain\",\"state\":\"down\",\"reason\":\"x\"}", "{\"__proto__\":{}}", "{\"\":1}", "\ufeff{}", "{\"percent\":1e400}",
        "{\"csv\":\"\"}", "{\"csv\":\"a,b,c\\n\\u0000\"}", "{\"region\":\"nowhere\"}", "{\"region\":\"eu-west\",\"for\":\"-1s\"}", new('[', 2000), "{\"reason\":\"" + new string('x', 60_000) + "\"}", new('x', 70_000),
    ];

    /// <param name="operation">Of the document: its parameters and the fields of its body.</param>
    public static HostileRequest Of(Random random, string path, string method, JsonNode operation, JsonNode document)
    {
        var query = new List<string>();
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
        {
            string name = (string)parameter!["name"]!, value = Uri.EscapeDataString(Repaired(Pick(random, Values)));
            if ((string)parameter["in"]! == "path")
            {
                path = path.Replace($"{{{name}}}", value.Length == 0 ? "%20" : value, StringComparison.Ordinal);
            }
            else if (random.Next(4) > 0)
            {
                query.AddRange(Enumerable.Repeat($"{name}={value}", random.Next(8) == 0 ? 2 : 1));
            }
        }

        if (random.Next(4) == 0)
        {
            query.Add($"{Uri.EscapeDataString(Repaired(Pick(random, Values)))}={Uri.EscapeDataString(Repaired(Pick(random, Values)))}");
        }

        bool hasBody = operation["requestBody"] is not null || random.Next(6) == 0;
        return new HostileRequest(method.ToUpperInvariant(), path + (query.Count > 0 ? "?" + string.Join('&', query) : ""), hasBody ? BodyOf(random, operation, document) : null,
            random.Next(12) == 0 ? Pick(random, ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-7"]) : "application/json", HeadersOf(random));
    }

    public HttpRequestMessage Message(Uri server)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(server.GetLeftPart(UriPartial.Authority) + Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        foreach ((string name, string value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static string BodyOf(Random random, JsonNode operation, JsonNode document)
    {
        JsonNode? schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        if (schema?["$ref"] is { } reference)
        {
            schema = document["components"]!["schemas"]![((string)reference!).Split('/')[^1]];
        }

        if (schema?["properties"] is not JsonObject properties || random.Next(3) == 0)
        {
            return Pick(random, Bodies);
        }

        var body = new JsonObject();
        foreach (string field in properties.Select(property => property.Key).Where(_ => random.Next(4) > 0))
        {
            body[random.Next(20) == 0 ? field.ToUpperInvariant() : field] = random.Next(6) switch
            {
                0 => JsonValue.Create(random.Next()),
                1 => JsonValue.Create(random.Next(2) == 0),
                2 => new JsonArray(),
                3 => new JsonObject { ["a"] = 1 },
                _ => JsonValue.Create(Repaired(Pick(random, Values))),
            };
        }

        return body.ToJsonString();
    }

    private static List<(string, string)> HeadersOf(Random random)
    {
        var headers = new List<(string, string)>();
        foreach (string name in (string[])["Authorization", "X-Gslb-User", "Last-Event-ID", "Accept", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "If-None-Match", "Range", "Expect-CT", "Cookie"])
        {
            if (random.Next(8) == 0)
            {
                headers.Add((name, string.Concat(Pick(random, Values).Where(c => c is >= ' ' and < '\x7f'))));
            }
        }

        return headers;
    }

    private static string Pick(Random random, string[] of) => of[random.Next(of.Length)];

    /// <summary>Lone surrogates cannot be octets of a URL.</summary>
    private static string Repaired(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    public override string ToString() => $"{Method} {(Path.Length > 400 ? Path[..400] + "..." : Path)} {ContentType} [{string.Join("; ", Headers.Select(h => $"{h.Name}: {h.Value}"))}] {(Body?.Length > 400 ? Body[..400] + "..." : Body)}";
}
