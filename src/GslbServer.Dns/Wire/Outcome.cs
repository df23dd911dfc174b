namespace GslbServer.Dns;

/// <summary>Where the data of a query's answer ended.</summary>
public enum Outcome
{
    /// <summary>The response is complete but for <see cref="ResponseComposer.Finish"/>.</summary>
    Done,

    /// <summary>The name (or the end of its alias chain) is steered, for A or AAAA: steering decides, then one of the Add methods follows.</summary>
    Steered,

    /// <summary>The name is below <c>_explain.</c> of a steered name, type TXT: the caller checks who asks and adds TXT strings.</summary>
    Explain,
}
