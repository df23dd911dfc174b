namespace GslbServer.Dns;

/// <summary>One word of a master file: characters between blanks, or between quotes.</summary>
/// <param name="Start">Offset of the first character in the text, the opening quote left out.</param>
/// <param name="Length">Characters, quotes left out; escapes still as written.</param>
/// <param name="IsAdjacent">No blank stands between it and the token before: <c>key="value"</c> is two tokens, the second adjacent.</param>
internal readonly record struct MasterFileToken(int Start, int Length, int Line, int Column, bool IsQuoted, bool IsAdjacent);
