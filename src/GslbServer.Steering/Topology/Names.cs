namespace GslbServer.Steering;

/// <summary>Names among the words of a record: presentation format, made absolute and lower case.</summary>
internal static class Names
{
    /// <summary>Relative names end in <paramref name="origin"/>; <c>@</c> is the origin itself (RFC 1035 section 5.1).</summary>
    public static string Absolute(string word, string origin)
    {
        word = word.ToLowerInvariant();
        if (word == "@")
            return origin;
        if (word.EndsWith('.') && !word.EndsWith("\\.", StringComparison.Ordinal))
            return word;
        return origin == "." ? word + "." : $"{word}.{origin}";
    }

    /// <summary>Up to the first dot that is not escaped.</summary>
    public static string FirstLabel(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\')
                i++;
            else if (name[i] == '.')
                return name[..i];
        }

        return name;
    }

    /// <summary>As an author would write it under <paramref name="origin"/>: for suggestions.</summary>
    public static string Relative(string name, string origin)
        => name != origin && name.EndsWith("." + origin, StringComparison.Ordinal) ? name[..^(origin.Length + 1)] : name;
}
