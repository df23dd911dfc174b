namespace GslbServer;

/// <summary>The options of <c>serve</c> about the admin listener, from what was written.</summary>
internal static class AdminSettings
{
    public static bool ReadIsOpen(SettingReader read, ServeSettings settings, List<string> errors)
    {
        bool isOpen = read.One<string>("admin-read-open", ServeOptions.YesOrNo) != "no";
        if (!isOpen && settings["admin-token-file"] is null)
        {
            errors.Add($"{settings["admin-read-open"]!.Origin}: with no, reading needs a token of --admin-token-file, and there is none");
        }

        return isOpen;
    }
}
