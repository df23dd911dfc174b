namespace GslbServer.Balancer;

/// <summary>A group of settings with rules that one value alone cannot show.</summary>
internal interface ICheckedSettings
{
    /// <summary>One line per error: configuration path, what is wrong, what was expected. Asked only when each value could be read.</summary>
    /// <param name="path">Of this group.</param>
    IEnumerable<string> Errors(string path);
}
