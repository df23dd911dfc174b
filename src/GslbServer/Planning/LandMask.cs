using System.IO.Compression;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Which cells of <see cref="WorldCell"/> are land, by their centres: Natural Earth's land at 1:110 million (public domain).</summary>
internal static class LandMask
{
    private const string Deflated =
        "vVVNa9RQFD1vUiezmDaDGytoM3TjQqEVXMyimBHBrb9AqPgDLC6klGKeIraI6NJl+w905za0hbrzHzhZiBWK8KAFMzTNlXffR9I6O8W7yct559137kdugH9kYQHK/0AvUUIOHnr04SgiUogkgCCzYI" +
        "Bru0Qk0ddvbccNXpdISenlItISV/UhzGx++hhQpZddJFRlQEdIbO0mWUTbwAB3RkQVfRagk+rJg3egAogVfpK20yrSj2I9LoCQDmnEMN3kzViWIsf4kKwpJstboQRupw4lcUpE+RwGQHjgwAWEMqVK" +
        "fNPSniUGLOaBniAqohwQL/YNWkGhg5BoTBIY9K2HbEYfTYm2SqD9xTnOOFm8AqYdemyzTHTPHDJmUk1EZU/HZ401QQezrMnpe3ZewpF1ndLLaonJbxxZ7wc7j1MOMZeOrB/rrVGl73zZMS1AXCexMS" +
        "RNrh4Zz4khx/k8O97jWkJwIAiIBVE5C3thweFXv5jsOirJhuYCrlRl0QvFlPFUsQzXSQssMiY6OI59fMBq12YwVSlR3/Xtq57J3EkVluRbdCnrG/JWnoQ/PFzagMaFyNOWh5UV9xVXhOr71rXkSoos" +
        "fuHJPWU8H6ErFjse/qBYM+XYvlh/QEL3BofcAmpyTEB7g0O+MdsgF7xXAOKu9HCifQiuwuyaR83nk3CK95/Lmlxqsg60/fS6g01pI05xvzdXk1meJotMKOlk1GRsTre8Zn1hWp4bEVzkiHb45J5DIy" +
        "ZTycksl6f8hZnee8v+vtdxa6ekcl7ndZIyrbxrbpFena5WqjKXKkvWLsKqU7emIWfcfbV+I0MfC0obbO4zqq+IZa3fkPmjMF2vUj/uijoFHVHAqvP77ETauMNzk3XZPNaaWICuXTRdoCes59WzLhat" +
        "Zzlxmiu3OLM9M3n0r0xEA/xna02GbTbm0IrGdW+YXImENnjCO825GRx0RPVoHAwjLrM37tdjbpL6b8D/FzObmlwC7pszK01UmTlMeSdqoGVjWDesiIqA/tZ+Aw==";

    private static readonly byte[] Bits = Inflate();

    public static bool IsLand(int cell) => (Bits[cell >> 3] & (0x80 >> (cell & 7))) != 0;

    private static byte[] Inflate()
    {
        using var stream = new DeflateStream(new MemoryStream(Convert.FromBase64String(Deflated)), CompressionMode.Decompress);
        byte[] bits = new byte[WorldCell.Count / 8];
        stream.ReadExactly(bits);
        return bits;
    }
}
