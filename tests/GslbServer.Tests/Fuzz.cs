namespace GslbServer.Tests;

/// <summary>Runs of random input: 100,000 rounds, always the same; 10 million others with <c>GSLB_TEST_ALL=1</c>. <c>GSLB_TEST_SEED</c> repeats the run of a seed that failed.</summary>
internal static class Fuzz
{
    private const int Run = 100_000, Runs = 100;

    /// <param name="round">One input from this generator. What it throws is a failure, with the seed and the number of the round.</param>
    public static void Rounds(Action<Random> round)
    {
        if (Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text)
        {
            One(int.Parse(text), round);
        }
        else if (Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1")
        {
            int first = Environment.TickCount;
            Parallel.For(0, Runs, run => One(unchecked(first + run), round));
        }
        else
        {
            One(20_261_129, round);
        }
    }

    private static void One(int seed, Action<Random> round)
    {
        var random = new Random(seed);
        for (int i = 0; i < Run; i++)
        {
            try
            {
                round(random);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {i}: {e}");
            }
        }
    }
}
