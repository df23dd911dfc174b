namespace GslbServer;

/// <summary>What the holder of a token may do; each role includes those before it.</summary>
internal enum AdminRole
{
    /// <summary>Anyone: health, and pages that hold no state.</summary>
    None,

    /// <summary>Look: status, explain, metrics, events, audit.</summary>
    Read,

    /// <summary>What an operator on duty does: drains, overrides, drills, reload.</summary>
    Operate,

    /// <summary>Everything else that changes state.</summary>
    Admin,
}

/// <summary>Roles as the token file, problems and the API write them.</summary>
internal static class AdminRoles
{
    public const string Expected = "expected read, operate or admin";

    public static string Word(this AdminRole role) => role switch
    {
        AdminRole.Read => "read",
        AdminRole.Operate => "operate",
        AdminRole.Admin => "admin",
        _ => "none",
    };

    public static AdminRole? Parse(string word) => word switch
    {
        "read" => AdminRole.Read,
        "operate" => AdminRole.Operate,
        "admin" => AdminRole.Admin,
        _ => null,
    };
}
