#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property InvariantGlobalization=true

// A backend for trying things out: says where it stands, answers health checks, and ends quietly on SIGTERM.
//   GET /          one line: region and name
//   GET /healthz   200
//   GET /slow/5    the same line after 5 seconds, to see a drain wait for it
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
WebApplication app = builder.Build();
string line = $"{app.Configuration["REGION"] ?? "nowhere"} {Environment.MachineName}\n";
app.MapGet("/", () => line);
app.MapGet("/healthz", () => "ok\n");
app.MapGet("/slow/{seconds:int:range(0,60)}", async (int seconds, CancellationToken aborted) =>
{
    await Task.Delay(TimeSpan.FromSeconds(seconds), aborted);
    return line;
});
app.Run();
