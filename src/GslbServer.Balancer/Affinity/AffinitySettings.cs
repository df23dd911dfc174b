namespace GslbServer.Balancer;

/// <summary><c>Balancer:Affinity</c>: of the affinity policy <c>SignedCookie</c>.</summary>
public sealed record AffinitySettings : ICheckedSettings
{
    private CookieKeys? _keys;

    /// <summary>Keys that sign the cookies, the same file on all balancers of the region. Empty, the default: a key of this process, so that another balancer or the next start takes no cookie for its own.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Read when the settings are, so that a reload takes changed keys.</summary>
    internal CookieKeys Keys => _keys ??= KeyFile.Length == 0 ? CookieKeys.OfThisProcess : CookieKeys.Read(KeyFile, out _) ?? CookieKeys.OfThisProcess;

    public IEnumerable<string> Errors(string path)
    {
        if (KeyFile.Length == 0) yield break;
        _keys = CookieKeys.Read(KeyFile, out string problem);
        if (_keys is null) yield return $"{path}:KeyFile: {problem}";
    }
}
