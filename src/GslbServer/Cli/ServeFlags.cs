using System.CommandLine;

namespace GslbServer;

/// <summary>The flags of <c>gslb serve</c> and <c>gslb demo</c>, as System.CommandLine wants them.</summary>
internal sealed class ServeFlags
{
    private readonly List<(ServeOption Option, Option<string[]> Flag)> _flags = [];

    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE",
        Description = "Options in JSON, below the environment and the flags [default: gslb.json where there is one]",
    };

    public void AddTo(Command command)
    {
        foreach (ServeOption option in ServeOption.All)
        {
            var flag = new Option<string[]>("--" + option.Name)
            {
                HelpName = option.ValueName,
                Description = option.Help,
                Arity = option.IsList ? ArgumentArity.OneOrMore : option.ValueName.Length > 0 ? ArgumentArity.ExactlyOne : ArgumentArity.Zero,
                Hidden = !option.IsAvailable,
                CustomParser = argument => [.. argument.Tokens.Select(token => token.Value)],
            };
            _flags.Add((option, flag));
            command.Options.Add(flag);
        }

        command.Options.Add(_config);
    }

    /// <summary>What was given, by option name. Nothing for a null line.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Given(ParseResult? line)
    {
        var given = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach ((ServeOption option, Option<string[]> flag) in _flags)
        {
            if (line?.GetResult(flag) is { Implicit: false } result)
            {
                given[option.Name] = [.. result.Tokens.Select(t => t.Value)];
            }
        }

        return given;
    }

    public string? ConfigFile(ParseResult? line) => line?.GetResult(_config) is { Implicit: false, Tokens: [var file, ..] } ? file.Value : null;
}
