namespace GslbServer.Benchmarks;

/// <summary>How many instructions a query may take, whole, in batches of 32. Unlike time they can be a ceiling: they are the same on a busy machine. Where the processor's
/// counter cannot be read, nothing is counted; the answers are checked all the same.</summary>
[Collection("Alone")]
public sealed class InstructionCeilings
{
    private readonly World _world = World.Build(names: 1_000, steered: 10, regions: 3, SyntheticGeo.Load(10_000, null));

    [Theory]
    [InlineData("static", 1_750)]
    [InlineData("static with a client cookie", 2_150)]
    [InlineData("static with a cookie", 2_150)]
    [InlineData("nxdomain", 1_800)]
    [InlineData("steered", 1_900)]
    [InlineData("steered with subnet", 2_250)]
    public void A_query_takes_at_most_so_many_instructions(string mix, double most)
    {
        using var measured = new PathCase(mix, _world, Enum.GetValues<Mix>().Single(m => SizeReport.Text(m) == mix), null);
        PathReport.Measure([measured], rounds: 5);
        Assert.True(measured.InstructionsPerQuery <= most, $"{measured.InstructionsPerQuery:F0} instructions, expected at most {most}");
    }
}
