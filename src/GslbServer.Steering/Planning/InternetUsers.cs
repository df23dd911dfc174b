using System.Collections.Frozen;
using System.Globalization;

namespace GslbServer.Steering;

/// <summary>Internet users by country, in millions: rounded estimates after the ITU's and the World Bank's figures for 2023. Good for the shape of the world's traffic, not for accounts.</summary>
public static class InternetUsers
{
    private const double OfSmallCountry = 0.1;

    private static readonly FrozenDictionary<string, double> Millions = Read(
        """
        CN 1090 IN 880 US 311 ID 215 BR 181 RU 130 PK 110 MX 107 JP 104 NG 103 PH 86 EG 82 VN 79 DE 78 BD 77 TR 74 IR 73 GB 66 TH 63 FR 60 IT 51 KR 50 ES 45 ZA 45 AR 41 CO 40 CA 36 IQ 36
        SA 36 MA 34 PL 34 DZ 33 MY 33 UA 30 UZ 28 PE 26 AU 25 CD 25 MM 25 GH 24 KE 22 TW 22 ET 21 TZ 20 VE 20 CL 18 KZ 18 NL 17 RO 17 NP 16 AO 14 EC 14 SD 14 UG 13 CI 12 CM 12 LK 12 BE 11
        KH 11 SN 10 GT 10 SE 10 AE 9.5 CZ 9.5 DO 9.5 AZ 9 HU 9 JO 9 PT 9 TN 9 YE 9 AT 8.5 BO 8.5 BY 8.5 CH 8.5 GR 8.5 IL 8.5 AF 8 CU 8 SY 8 ML 7.5 HK 7.2 MZ 7 ZM 6.5 HN 6 MG 6 DK 5.8
        RS 5.8 ZW 5.8 SG 5.6 LY 5.5 PY 5.5 NO 5.4 FI 5.3 BG 5.2 BF 5 GN 5 IE 5 KG 5 LB 5 NE 5 SK 4.9 LA 4.8 NZ 4.8 OM 4.6 BJ 4.5 HT 4.5 SO 4.5 KW 4.3 CR 4.2 NI 4 RW 4 SV 4 TJ 4 MW 3.7
        HR 3.3 TG 3.3 PA 3.2 UY 3.1 GE 3 MN 2.8 PR 2.8 QA 2.7 BA 2.6 MD 2.5 PG 2.5 SL 2.5 TD 2.5 TM 2.5 AL 2.4 LT 2.4 AM 2.3 JM 2.3 CG 2.2 MR 2.1 BW 2 LR 1.8 MK 1.8 SI 1.8 GA 1.7 LV 1.7
        XK 1.7 NA 1.6 BH 1.5 GM 1.4 SS 1.3 EE 1.2 CY 1.1 TT 1.1 MU 1 ER 0.8 FJ 0.8 BT 0.7 LU 0.65 MO 0.6 ME 0.56 MT 0.5 MV 0.5 BN 0.4 IS 0.37
        """);

    /// <param name="country">ISO 3166-1 alpha-2.</param>
    public static double Of(string country) => country.Length == 0 ? 0 : Millions.GetValueOrDefault(country, OfSmallCountry);

    private static FrozenDictionary<string, double> Read(string text) => text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Chunk(2)
        .ToFrozenDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
}
