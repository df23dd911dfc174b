namespace GslbServer.Dns;

/// <summary>Where the data of a query's answer ended.</summary>
public enum Outcome
{
    /// <summary>The response is complete but for <see cref="ResponseComposer.Finish"/>.</summary>
    Done,

    /// <summary>The name (or the end of its alias chain) is steered, for A or AAAA: steering decides, then one of the Add methods follows.</summary>
    Steered,

    /// <summary>As <see cref="Steered"/>, but for HTTPS or SVCB whose address hints are the steered name's: steering decides for both families, then
    /// <see cref="ResponseComposer.AddServiceBinding"/> follows. Without it the records are answered as written.</summary>
    SteeredHints,

    /// <summary>The name is below <c>_explain.</c> of a steered name, type TXT: the caller checks who asks and adds TXT strings.</summary>
    Explain,
}
