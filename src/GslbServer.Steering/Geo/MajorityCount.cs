using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Which value covers most addresses; of equals, the one met first, that is, at the lowest address. 0 (nothing known) does not count.</summary>
internal sealed class MajorityCount
{
    /// <summary>A /24 rarely has more values than this; up to it they are looked through, beyond it looked up.</summary>
    private const int Few = 8;

    private readonly List<(int Value, UInt128 Covered)> _inOrder = [];
    private readonly Dictionary<int, int> _places = [];

    public int Winner
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        get
        {
            int winner = 0;
            UInt128 most = 0;
            foreach ((int value, UInt128 covered) in _inOrder)
            {
                if (covered > most) (winner, most) = (value, covered);
            }

            return winner;
        }
    }

    public void Clear()
    {
        _inOrder.Clear();
        if (_places.Count > 0) _places.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int value, UInt128 addresses)
    {
        if (value == 0) return;
        int place = PlaceOf(value);
        if (place >= 0)
        {
            _inOrder[place] = (value, _inOrder[place].Covered + addresses);
            return;
        }

        _inOrder.Add((value, addresses));
        if (_inOrder.Count > Few) _places.Add(value, _inOrder.Count - 1);
    }

    private int PlaceOf(int value)
    {
        for (int i = 0; i < Math.Min(Few, _inOrder.Count); i++)
        {
            if (_inOrder[i].Value == value) return i;
        }

        return _places.GetValueOrDefault(value, -1);
    }
}
