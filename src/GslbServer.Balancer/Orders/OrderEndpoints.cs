using System.Globalization;
using System.Text.Json;

namespace GslbServer.Balancer;

/// <summary>The admin routes that change something. Each answers with the state after it.</summary>
internal static class OrderEndpoints
{
    private const double LargestFactor = 100;

    public static void Map(IEndpointRouteBuilder app, OperatorDesk desk, BackendsView view)
    {
        IResult State() => Results.Json(view.Build(), AdminJson.Options);
        IResult Unknown(string what) => Problem.Of(StatusCodes.Status404NotFound, $"There is no {what}; GET /api/v1/backends lists them all.");

        app.MapGet("/api/v1/backends", State);
        RouteGroupBuilder orders = app.MapGroup("").RequireRole(AdminRole.Operate);
        orders.MapPost("/api/v1/backends/{cluster}/{backend}/drain", (string cluster, string backend) => desk.Drain(cluster, backend, drained: true) ? State() : Unknown($"backend {cluster}/{backend}"));
        orders.MapDelete("/api/v1/backends/{cluster}/{backend}/drain", (string cluster, string backend) => desk.Drain(cluster, backend, drained: false) ? State() : Unknown($"backend {cluster}/{backend}"));
        orders.MapDelete("/api/v1/backends/{cluster}/{backend}/weight", (string cluster, string backend) => desk.Weigh(cluster, backend, 1) ? State() : Unknown($"backend {cluster}/{backend}"));
        orders.MapPut("/api/v1/backends/{cluster}/{backend}/weight", async (HttpContext http, string cluster, string backend) =>
        {
            (double? factor, string problem) = await FactorAsync(http);
            if (factor is null) return Problem.Of(StatusCodes.Status400BadRequest, problem);
            return desk.Weigh(cluster, backend, factor.Value) ? State() : Unknown($"backend {cluster}/{backend}");
        });
        orders.MapPost("/api/v1/routes/{route}/drain", (string route) => desk.DrainRoute(route, drained: true) ? State() : Unknown($"route {route}"));
        orders.MapDelete("/api/v1/routes/{route}/drain", (string route) => desk.DrainRoute(route, drained: false) ? State() : Unknown($"route {route}"));
        orders.MapPost("/api/v1/drain", () =>
        {
            desk.DrainAll(drained: true);
            return State();
        });
        orders.MapDelete("/api/v1/drain", () =>
        {
            desk.DrainAll(drained: false);
            return State();
        });
    }

    /// <summary><c>{"factor": 0.5}</c>.</summary>
    private static async Task<(double? Factor, string Problem)> FactorAsync(HttpContext http)
    {
        const string Expected = "expected {\"factor\": NUMBER}, from 0 (nothing new while others serve) to 100; 1 is as configured";
        try
        {
            WeightBody? body = await http.Request.ReadFromJsonAsync<WeightBody>(AdminJson.Strict, http.RequestAborted);
            if (body?.Factor is { } factor && double.IsFinite(factor) && factor is >= 0 and <= LargestFactor) return (factor, "");
            return (null, $"{body?.Factor?.ToString(CultureInfo.InvariantCulture) ?? "no factor"}: {Expected}.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return (null, $"The body cannot be read: {Expected}.");
        }
    }

    private sealed record WeightBody(double? Factor);
}
