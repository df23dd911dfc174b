namespace GslbServer.Balancer;

/// <summary>Bounds of a setting, both included, written as the setting itself is: <c>"0", "1"</c> or <c>"1ms", "1h"</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute(string least, string most) : Attribute
{
    public string Least => least;

    public string Most => most;
}
