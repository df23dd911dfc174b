namespace GslbServer.Tests.Cli;

/// <summary>Where options come from: flags over environment over file.</summary>
public sealed class ServeSettingsTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Flags_win_over_the_environment_and_the_environment_over_the_file()
    {
        _run.WriteFile("gslb.json", """{ "node": "file", "cluster": "file", "region": "file" }""");
        _run.Environment["GSLB__NODE"] = "environment";
        _run.Environment["GSLB__CLUSTER"] = "environment";
        NodeOptions options = _run.Serve(("node", "flag")).Options;
        Assert.Equal(("flag", "environment", "file"), (options.Node, options.Cluster, options.Region));
    }

    [Fact]
    public void A_list_of_a_higher_source_replaces_the_whole_lower_one()
    {
        _run.WriteFile("gslb.json", """{ "listen": ["127.0.0.1:1", "127.0.0.1:2"] }""");
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], Listen());
        _run.Environment["GSLB__LISTEN__0"] = "127.0.0.1:3";
        Assert.Equal(["127.0.0.1:3"], Listen());
        Assert.Equal(["127.0.0.1:4"], Listen(("listen", "127.0.0.1:4")));
    }

    [Theory]
    [InlineData("GSLB__ADMIN_TOKEN_FILE")]
    [InlineData("GSLB__ADMINTOKENFILE")]
    [InlineData("GSLB__ADMIN__TOKENFILE")]
    [InlineData("GSLB__SERVE__ADMIN_TOKEN_FILE")]
    [InlineData("gslb__adminTokenFile")]
    public void The_environment_may_spell_an_option_in_sections(string variable)
    {
        string file = _run.WriteFile("tokens", "secret");
        _run.Environment[variable] = file;
        (NodeOptions options, List<string> errors) = _run.Serve();
        Assert.Empty(errors);
        Assert.Equal(file, options.AdminTokenFile);
    }

    [Theory]
    [InlineData("""{ "adminTokenFile": "tokens" }""")]
    [InlineData("""{ "admin-token-file": "tokens" }""")]
    [InlineData("""{ "Serve": { "AdminTokenFile": "tokens" } }""")]
    [InlineData("""{ "admin": { "tokenFile": "tokens" } }""")]
    public void The_file_may_too(string json)
    {
        _run.WriteFile("tokens", "secret");
        _run.WriteFile("gslb.json", json);
        (NodeOptions options, List<string> errors) = _run.Serve();
        Assert.Empty(errors);
        Assert.Equal("tokens", options.AdminTokenFile);
    }

    [Fact]
    public void Lists_in_one_value_are_parted_by_commas_but_Redis_strings_have_their_own()
    {
        _run.Environment["GSLB__LISTEN"] = "127.0.0.1:1, 127.0.0.1:2";
        _run.Environment["GSLB__REDIS"] = "127.0.0.1:6379,password=x";
        NodeOptions options = _run.Serve().Options;
        Assert.Equal(2, options.Listen.Count);
        Assert.Equal("127.0.0.1:6379,password=x", Assert.Single(options.Redis));
    }

    [Fact]
    public void An_empty_variable_is_as_good_as_none()
    {
        _run.Environment["GSLB__REDIS"] = "";
        (NodeOptions options, List<string> errors) = _run.Serve();
        Assert.Empty(errors);
        Assert.Empty(options.Redis);
    }

    [Fact]
    public void Rejects_unknown_keys_with_a_suggestion()
    {
        _run.WriteFile("gslb.json", """{ "lisen": "127.0.0.1:1", "colour": "red" }""");
        _run.Environment["GSLB__THREDS"] = "2";
        Assert.Equal(["gslb.json: colour: there is no such option", "gslb.json: lisen: there is no such option (did you mean 'listen'?)",
            "GSLB__THREDS: there is no such option (did you mean 'threads'?)"], _run.Serve().Errors);
    }

    [Fact]
    public void Rejects_a_list_where_one_value_is_expected()
    {
        _run.WriteFile("gslb.json", """{ "node": ["a", "b"] }""");
        Assert.All(_run.Serve().Errors, e => Assert.Contains("'node' takes one value", e));
    }

    [Fact]
    public void Errors_say_where_the_value_was_written()
    {
        _run.WriteFile("gslb.json", """{ "threads": 0 }""");
        _run.Environment["GSLB__ADMIN"] = "x";
        Assert.Contains(_run.Serve().Errors, e => e.StartsWith("gslb.json: threads 0: ", StringComparison.Ordinal));
        Assert.Contains(_run.Serve().Errors, e => e.StartsWith("GSLB__ADMIN x: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Rejects_a_broken_file_with_its_position()
    {
        _run.WriteFile("gslb.json", "{\n  \"listen\": [\n}");
        Assert.StartsWith("gslb.json:3:1: not valid JSON", Assert.Single(_run.Serve().Errors));
    }

    [Fact]
    public async Task Rejects_an_explicit_file_that_does_not_exist()
    {
        Assert.Equal(1, await _run.RunAsync("serve", "--config", "mine.json", "--threads", "0"));
        Assert.Contains("gslb: --config mine.json: there is no such file", _run.Errors);
        Assert.Contains("gslb: --threads 0: expected a number from 1 to 1024", _run.Errors);
    }

    [Fact]
    public void Log_levels_are_left_to_the_framework()
    {
        _run.WriteFile("gslb.json", """{ "Logging": { "LogLevel": { "Default": "Debug" } } }""");
        Assert.Empty(_run.Serve().Errors);
    }

    private IEnumerable<string> Listen(params (string Name, string Value)[] flags) => _run.Serve(flags).Options.Listen.Select(l => l.ToString());
}
