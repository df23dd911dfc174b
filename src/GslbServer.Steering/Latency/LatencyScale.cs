namespace GslbServer.Steering;

/// <summary>Round trips on a logarithmic scale: 64 buckets from 0.5 ms, each 14 % wide, up to 2.2 s; each of four steps of 3.3 %.</summary>
internal static class LatencyScale
{
    public const int Buckets = 64;

    public const int StepsPerBucket = 4;

    private const double LowestMs = 0.5;
    private const double Gamma = 1.14;
    private static readonly double StepsPerNeper = StepsPerBucket / Math.Log(Gamma);
    private static readonly double[] Edges = [.. Enumerable.Range(0, Buckets + 1).Select(bucket => LowestMs * Math.Pow(Gamma, bucket))];
    private static readonly double[] StepMiddles = [.. Enumerable.Range(0, Buckets * StepsPerBucket).Select(step => LowestMs * Math.Pow(Gamma, (step + 0.5) / StepsPerBucket))];

    /// <summary>0 to 255; what lies outside counts as the first or last.</summary>
    public static byte StepOf(double ms) => (byte)Math.Clamp(Math.Log(ms / LowestMs) * StepsPerNeper, 0, (Buckets * StepsPerBucket) - 1);

    public static int BucketOf(byte step) => step / StepsPerBucket;

    public static double MiddleOf(byte step) => StepMiddles[step];

    public static double LowerEdge(int bucket) => Edges[bucket];

    public static double UpperEdge(int bucket) => Edges[bucket + 1];
}
