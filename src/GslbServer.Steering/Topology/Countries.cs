using System.Collections.Frozen;

namespace GslbServer.Steering;

/// <summary>ISO 3166-1 (alpha-2 and alpha-3), the continents of geo databases, and the European Economic Area.</summary>
internal static class Countries
{
    /// <summary>Alpha-2 and alpha-3, side by side. XK is user-assigned; geo databases use it for Kosovo.</summary>
    private const string Iso3166 = """
        AD AND AE ARE AF AFG AG ATG AI AIA AL ALB AM ARM AO AGO AQ ATA AR ARG AS ASM AT AUT AU AUS AW ABW AX ALA AZ AZE
        BA BIH BB BRB BD BGD BE BEL BF BFA BG BGR BH BHR BI BDI BJ BEN BL BLM BM BMU BN BRN BO BOL BQ BES BR BRA BS BHS BT BTN BV BVT BW BWA BY BLR BZ BLZ
        CA CAN CC CCK CD COD CF CAF CG COG CH CHE CI CIV CK COK CL CHL CM CMR CN CHN CO COL CR CRI CU CUB CV CPV CW CUW CX CXR CY CYP CZ CZE
        DE DEU DJ DJI DK DNK DM DMA DO DOM DZ DZA
        EC ECU EE EST EG EGY EH ESH ER ERI ES ESP ET ETH
        FI FIN FJ FJI FK FLK FM FSM FO FRO FR FRA
        GA GAB GB GBR GD GRD GE GEO GF GUF GG GGY GH GHA GI GIB GL GRL GM GMB GN GIN GP GLP GQ GNQ GR GRC GS SGS GT GTM GU GUM GW GNB GY GUY
        HK HKG HM HMD HN HND HR HRV HT HTI HU HUN
        ID IDN IE IRL IL ISR IM IMN IN IND IO IOT IQ IRQ IR IRN IS ISL IT ITA
        JE JEY JM JAM JO JOR JP JPN
        KE KEN KG KGZ KH KHM KI KIR KM COM KN KNA KP PRK KR KOR KW KWT KY CYM KZ KAZ
        LA LAO LB LBN LC LCA LI LIE LK LKA LR LBR LS LSO LT LTU LU LUX LV LVA LY LBY
        MA MAR MC MCO MD MDA ME MNE MF MAF MG MDG MH MHL MK MKD ML MLI MM MMR MN MNG MO MAC MP MNP MQ MTQ MR MRT MS MSR MT MLT MU MUS MV MDV MW MWI MX MEX MY MYS MZ MOZ
        NA NAM NC NCL NE NER NF NFK NG NGA NI NIC NL NLD NO NOR NP NPL NR NRU NU NIU NZ NZL
        OM OMN
        PA PAN PE PER PF PYF PG PNG PH PHL PK PAK PL POL PM SPM PN PCN PR PRI PS PSE PT PRT PW PLW PY PRY
        QA QAT
        RE REU RO ROU RS SRB RU RUS RW RWA
        SA SAU SB SLB SC SYC SD SDN SE SWE SG SGP SH SHN SI SVN SJ SJM SK SVK SL SLE SM SMR SN SEN SO SOM SR SUR SS SSD ST STP SV SLV SX SXM SY SYR SZ SWZ
        TC TCA TD TCD TF ATF TG TGO TH THA TJ TJK TK TKL TL TLS TM TKM TN TUN TO TON TR TUR TT TTO TV TUV TW TWN TZ TZA
        UA UKR UG UGA UM UMI US USA UY URY UZ UZB
        VA VAT VC VCT VE VEN VG VGB VI VIR VN VNM VU VUT
        WF WLF WS WSM
        XK XKX
        YE YEM YT MYT
        ZA ZAF ZM ZMB ZW ZWE
        """;

    /// <summary>As geo databases spell them.</summary>
    public static readonly FrozenSet<string> Continents = ((string[])["AF", "AN", "AS", "EU", "NA", "OC", "SA"]).ToFrozenSet();

    private static readonly string[] Codes = Iso3166.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static readonly FrozenSet<string> Alpha2 = Codes.Where((_, i) => i % 2 == 0).ToFrozenSet();

    private static readonly FrozenDictionary<string, string> Alpha2OfAlpha3 =
        Enumerable.Range(0, Codes.Length / 2).ToFrozenDictionary(i => Codes[(2 * i) + 1], i => Codes[2 * i]);

    /// <summary>The 27 members of the European Union with Iceland, Liechtenstein and Norway.</summary>
    private static readonly FrozenSet<string> Eea =
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".Split(' ').ToFrozenSet();

    public static bool IsInEea(string alpha2) => Eea.Contains(alpha2);

    public static bool IsAlpha2(string code) => Alpha2.Contains(code);

    /// <summary>The alpha-3 of an alpha-2 code; null when unknown.</summary>
    public static string? ToAlpha3(string alpha2) => Array.IndexOf(Codes, alpha2) is >= 0 and int at && at % 2 == 0 ? Codes[at + 1] : null;

    /// <summary>The alpha-2 of an alpha-3 code; null when unknown.</summary>
    public static string? FromAlpha3(string code) => Alpha2OfAlpha3.GetValueOrDefault(code);
}
