using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;

namespace GslbServer;

/// <summary>What a shell offers after TAB where only a node knows: its regions, names, zones, overrides, nodes, drills. A node that does not answer at once offers nothing.</summary>
internal static class NodeWords
{
    /// <summary>Who has pressed TAB waits no longer for a node that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What can be drained: a place, one owner, one address, one name's share.</summary>
    public static void Targets<T>(Argument<T> argument, ServerFlags server) => Offer(argument.CompletionSources, server, status =>
    [
        .. status.Regions.Select(region => region.Label), .. status.Regions.Select(region => region.Name),
        .. status.Regions.SelectMany(region => region.Addresses.Select(address => $"{region.Label}/{address}")),
        .. status.Names.SelectMany(name => name.Targets.Select(target => $"{name.Owner}@{target.Target}")),
    ]);

    public static void Overrides<T>(Argument<T> argument, ServerFlags server) =>
        Offer(argument.CompletionSources, server, status => [.. status.Overrides.Select(value => value.Target), .. status.Held.Select(held => held.Region)]);

    public static void Regions(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, ServerFlags server) => Offer(sources, server, status => status.Regions.Select(region => region.Label));

    public static void Names<T>(Argument<T> argument, ServerFlags server) => Offer(argument.CompletionSources, server, status => status.Names.Select(name => name.Owner.TrimEnd('.')));

    public static void Zones<T>(Argument<T> argument, ServerFlags server) => Offer(argument.CompletionSources, server, status => status.Zones.Select(zone => zone.Name.TrimEnd('.')));

    public static void Nodes<T>(Argument<T> argument, ServerFlags server) => Offer(argument.CompletionSources, server, status => status.Vantages.Where(node => !node.Self).Select(node => node.Node));

    private static void Offer(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, ServerFlags server, Func<StatusReport, IEnumerable<string>> pick) =>
        sources.Add(context => Status(context.ParseResult, server) is { } status ? pick(status).Distinct(StringComparer.Ordinal).Select(word => new CompletionItem(word)) : []);

    private static StatusReport? Status(ParseResult line, ServerFlags server)
    {
        try
        {
            using AdminClient node = server.Connect(line);
            using var limit = new CancellationTokenSource(Patience);
            return node.GetAsync("/api/v1/status", limit.Token).GetAwaiter().GetResult().Read<StatusReport>();
        }
        catch (Exception e) when (e is CliException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
