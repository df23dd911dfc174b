using System.Globalization;

namespace GslbServer.Simulator;

/// <param name="Weight">Millions of people, roughly: how much traffic comes from there.</param>
internal sealed record City(string Name, string Country, string Continent, double Latitude, double Longitude, double Weight)
{
    /// <summary>The 41 cities of the world.</summary>
    public static readonly City[] All = [.. """
        Ashburn US NA 39.04 -77.49 6|New-York US NA 40.71 -74.01 19|Atlanta US NA 33.75 -84.39 6|Miami US NA 25.76 -80.19 6|Chicago US NA 41.88 -87.63 9
        Dallas US NA 32.78 -96.80 8|Denver US NA 39.74 -104.99 3|Seattle US NA 47.61 -122.33 4|Portland US NA 45.52 -122.68 3|Los-Angeles US NA 34.05 -118.24 13
        San-Jose US NA 37.34 -121.89 8|Toronto CA NA 43.65 -79.38 6|Montreal CA NA 45.50 -73.57 4|Mexico-City MX NA 19.43 -99.13 12
        Sao-Paulo BR SA -23.55 -46.63 14|Rio BR SA -22.91 -43.17 7|Buenos-Aires AR SA -34.60 -58.38 8|Santiago CL SA -33.45 -70.67 4|Bogota CO SA 4.71 -74.07 5
        Dublin IE EU 53.35 -6.26 2|London GB EU 51.51 -0.13 12|Paris FR EU 48.86 2.35 10|Amsterdam NL EU 52.37 4.90 3|Frankfurt DE EU 50.11 8.68 7
        Berlin DE EU 52.52 13.40 6|Madrid ES EU 40.42 -3.70 6|Milan IT EU 45.46 9.19 6|Stockholm SE EU 59.33 18.06 2|Warsaw PL EU 52.23 21.01 4|Istanbul TR EU 41.01 28.98 8
        Cairo EG AF 30.04 31.24 5|Lagos NG AF 6.52 3.38 4|Johannesburg ZA AF -26.20 28.05 4|Dubai AE AS 25.20 55.27 3|Mumbai IN AS 19.08 72.88 14|Chennai IN AS 13.08 80.27 6
        Singapore SG AS 1.35 103.82 5|Jakarta ID AS -6.21 106.85 9|Tokyo JP AS 35.68 139.69 16|Seoul KR AS 37.57 126.98 9|Sydney AU OC -33.87 151.21 5
        """.Split('|', '\n').Select(line => Read(line.Trim().Split(' ')))];

    public static City Named(string name) => All.Single(city => city.Name == name);

    public double KilometresTo(City other)
    {
        double phi = double.DegreesToRadians(Latitude), theta = double.DegreesToRadians(other.Latitude);
        double half = double.DegreesToRadians(other.Longitude - Longitude) / 2, rise = (theta - phi) / 2;
        double chord = (Math.Sin(rise) * Math.Sin(rise)) + (Math.Cos(phi) * Math.Cos(theta) * Math.Sin(half) * Math.Sin(half));
        return 2 * 6371 * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }

    private static City Read(string[] words) => new(words[0], words[1], words[2], Number(words[3]), Number(words[4]), Number(words[5]));

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
