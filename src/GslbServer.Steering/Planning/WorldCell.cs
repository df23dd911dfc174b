namespace GslbServer.Steering;

/// <summary>Cells of 2 x 2 degrees, from the north-west, row by row.</summary>
public static class WorldCell
{
    public const int Degrees = 2, Columns = 360 / Degrees, Rows = 180 / Degrees, Count = Columns * Rows;

    /// <returns>-1 where the place has no coordinates.</returns>
    public static int Of(Location place)
    {
        if (!place.HasCoordinates) return -1;
        int row = Math.Clamp((int)((90 - place.Latitude) / Degrees), 0, Rows - 1), column = Math.Clamp((int)((place.Longitude + 180) / Degrees), 0, Columns - 1);
        return (row * Columns) + column;
    }
}
