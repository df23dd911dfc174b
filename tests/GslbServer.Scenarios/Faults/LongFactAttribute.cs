namespace GslbServer.Scenarios.Faults;

/// <summary>A fact that takes minutes: only with <c>./test.sh --all</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? null : "only in ./test.sh --all";
}
