using System.Text;
using System.Text.Json;

namespace GslbServer.Balancer;

/// <summary>The script that browsers run: times this region, the likeliest other, one of the next four and one of all others, each on a connection that is open already, and reports.</summary>
internal static class BeaconScript
{
    private const string Marker = "/*CONFIG*/null";

    /// <summary>No dependencies; does nothing where a browser lacks what it needs, and never disturbs its page.</summary>
    private const string Text = """
        (function () {
          var c = /*CONFIG*/null, me = document.currentScript;
          if (!me || Math.random() >= c.share || !window.fetch || !window.Promise || !window.crypto || !performance.getEntriesByName) return;
          var base = me.src.replace(/[^\/]*$/, '');
          var nonce = Array.from(crypto.getRandomValues(new Uint8Array(12)), function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
          var rest = c.targets.slice(1);
          function pick(from) { return from.length ? rest.splice(rest.indexOf(from[Math.floor(Math.random() * from.length)]), 1) : []; }
          var chosen = [[c.own, base]].concat(c.targets.slice(0, 1), pick(rest.slice(0, 4)), pick(rest.slice()));
          function ignore() { /* The page must not notice; a look-up counts even where nobody answers. */ }
          function get(url) { return fetch(url, { cache: 'no-store', credentials: 'omit' }); }
          function time(target) {
            var url = target[1] + 'p?' + nonce + '-';
            return get(url + 1).then(function () {
              var start = performance.now();
              return get(url + 2).then(function () {
                var entry = performance.getEntriesByName(url + 2)[0], ms = performance.now() - start;
                if (entry && entry.requestStart > 0 && entry.responseStart > entry.requestStart) ms = entry.responseStart - entry.requestStart;
                return { region: target[0], ms: Math.round(ms * 100) / 100 };
              });
            }).catch(function () { return null; });
          }
          function link() {
            if (!c.link) return Promise.resolve();
            var asked = get(c.link.replace('*', nonce) + 'p').catch(ignore);
            return Promise.race([asked, new Promise(function (go) { setTimeout(go, 2000); })]);
          }
          function run() {
            var samples = [];
            chosen.reduce(function (before, target) {
              return before.then(function () { return time(target); }).then(function (sample) { if (sample && sample.ms > 0) samples.push(sample); });
            }, link()).then(function () {
              if (samples.length) return fetch(base + 'r', { method: 'POST', body: JSON.stringify({ v: 1, nonce: nonce, samples: samples }), credentials: 'omit', keepalive: true });
            }).catch(ignore);
          }
          if (document.readyState === 'complete') run(); else addEventListener('load', function () { setTimeout(run, 0); });
        })();
        """;

    /// <param name="own">Label of this balancer's region.</param>
    public static byte[] Build(BeaconSettings settings, string own)
    {
        // The serializer's own encoder escapes what could end a script.
        string config = JsonSerializer.Serialize(new
        {
            share = settings.Share,
            own,
            targets = settings.Targets.Where(target => target.Region != own).Select(target => new[] { target.Region, target.Origin.TrimEnd('/') + BeaconEndpoints.Root }),
            link = settings.Link is { } link ? link.TrimEnd('/') + BeaconEndpoints.Root : null,
        });
        return Encoding.UTF8.GetBytes(Text.Replace(Marker, config, StringComparison.Ordinal));
    }
}
