namespace GslbServer.Balancer;

/// <summary>Which requests go first when a cluster is full, the first one first; the last one is shed first.</summary>
public enum Priority
{
    Critical,
    High,
    Normal,
    Low,
}
