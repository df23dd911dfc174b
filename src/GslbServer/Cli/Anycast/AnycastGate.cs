namespace GslbServer;

/// <summary>From what each look says to what is announced: soon away, slowly back, for routes that flap are damped by others and hurt more than a late return.</summary>
/// <param name="fall">Looks in a row that must be worse.</param>
/// <param name="rise">Looks in a row that must be better.</param>
internal sealed class AnycastGate(int fall, int rise)
{
    private readonly List<AnycastState> _differing = [];

    /// <summary>At first nothing is announced.</summary>
    public AnycastState State { get; private set; } = AnycastState.Withdraw;

    /// <returns>Whether <see cref="State"/> has changed.</returns>
    public bool Look(AnycastState seen)
    {
        if (seen == State || (_differing.Count > 0 && _differing[0] > State != seen > State))
        {
            _differing.Clear();
        }

        if (seen == State)
        {
            return false;
        }

        _differing.Add(seen);
        bool isWorse = seen > State;
        if (_differing.Count < (isWorse ? fall : rise))
        {
            return false;
        }

        // What all of them agree on: no worse than the best of them, no better than the worst.
        State = isWorse ? _differing.Min() : _differing.Max();
        _differing.Clear();
        return true;
    }
}
