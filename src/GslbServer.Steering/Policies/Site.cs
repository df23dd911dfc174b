namespace GslbServer.Steering;

/// <summary>A point on the sphere as a unit vector, so that distances need no trigonometry of coordinates.</summary>
internal readonly record struct Site(double X, double Y, double Z)
{
    /// <summary>Mean radius of WGS 84.</summary>
    private const double EarthRadiusMetres = 6_371_008.8;

    public static Site At(double latitude, double longitude)
    {
        double phi = double.DegreesToRadians(latitude);
        double lambda = double.DegreesToRadians(longitude);
        return new Site(Math.Cos(phi) * Math.Cos(lambda), Math.Cos(phi) * Math.Sin(lambda), Math.Sin(phi));
    }

    /// <summary>Great-circle distance. By the chord, which stays exact where points are close.</summary>
    public double MetresTo(in Site other)
    {
        double x = X - other.X;
        double y = Y - other.Y;
        double z = Z - other.Z;
        double chord = Math.Sqrt((x * x) + (y * y) + (z * z));
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, chord / 2));
    }
}

/// <summary>Where a region counts as standing: its site, and its bias as a factor on distances (+20 % is 0.8).</summary>
internal readonly record struct BiasedSite(Site Site, double Factor)
{
    public static BiasedSite Of(Region region) => new(Site.At(region.Latitude, region.Longitude), 1 - (region.Bias / 100.0));

    public double MetresTo(in Site client) => Factor * Site.MetresTo(client);
}
