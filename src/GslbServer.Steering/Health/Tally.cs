namespace GslbServer.Steering;

/// <summary>The votes on one monitor.</summary>
/// <param name="Known">Vantages that are to probe it, fresh or not.</param>
/// <param name="Present">Those of them that are fresh.</param>
/// <param name="Up">Those that vote and see it up.</param>
/// <param name="Down">Those that vote and see it down.</param>
/// <param name="Failing">Of <paramref name="Down"/>, those whose last probe failed. One that succeeds again waits for its rise: it keeps down what is down, but brings nothing
/// down, or two vantages with a bad moment seconds apart would.</param>
/// <param name="Last">A vote, where there is but one: that one.</param>
/// <param name="By">Whose vote it is.</param>
internal readonly record struct Tally(int Known, int Present, int Up, int Down, int Failing, Observation? Last, Voter? By)
{
    public int Voting => Up + Down;

    public bool IsUnanimouslyDown => Up == 0 && Failing > 0;

    /// <summary>Only one vantage is heard of, of several that there are.</summary>
    public bool IsAlone => Known > 1 && Present == 1 && Last is not null;
}
