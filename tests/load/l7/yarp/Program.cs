using System.Net;
using Yarp.ReverseProxy.Configuration;

// yarp PORT BACKEND_PORT: YARP as its first page shows it, without logging.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0]));
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "web", ClusterId = "web", Match = new RouteMatch { Path = "{**path}" } }],
    [new ClusterConfig { ClusterId = "web", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = $"http://127.0.0.1:{args[1]}/" } } }]);
WebApplication app = builder.Build();
app.MapReverseProxy();
app.Run();
