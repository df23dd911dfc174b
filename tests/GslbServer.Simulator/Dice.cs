namespace GslbServer.Simulator;

/// <summary>Chance that depends on nothing but its seeds: SplitMix64 (Steele, Lea, Flood 2014). Two runs that differ in one event draw the same everywhere else.</summary>
internal struct Dice(ulong seed, ulong a = 0, ulong b = 0, ulong c = 0)
{
    private ulong _state = Mix(Mix(Mix(Mix(seed) ^ a) ^ b) ^ c);

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit()
    {
        _state += 0x9E3779B97F4A7C15;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    public int Below(int bound) => (int)(Unit() * bound);

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());

    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    public int Poisson(double mean)
    {
        double limit = Math.Exp(-mean);
        int count = -1;
        for (double product = 1; product > limit; count++)
            product *= Unit();
        return Math.Max(0, count);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
