using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>Which value covers most addresses; of equals, the one met first, that is, at the lowest address. 0 (nothing known) does not count.</summary>
internal sealed class MajorityCount
{
    private readonly Dictionary<int, UInt128> _covered = [];
    private readonly List<int> _inOrder = [];

    public int Winner
    {
        get
        {
            int winner = 0;
            UInt128 most = 0;
            foreach (int value in _inOrder)
            {
                if (_covered[value] > most) (winner, most) = (value, _covered[value]);
            }

            return winner;
        }
    }

    public void Clear()
    {
        _covered.Clear();
        _inOrder.Clear();
    }

    public void Add(int value, UInt128 addresses)
    {
        if (value == 0) return;
        ref UInt128 covered = ref CollectionsMarshal.GetValueRefOrAddDefault(_covered, value, out bool exists);
        if (!exists) _inOrder.Add(value);
        covered += addresses;
    }
}
