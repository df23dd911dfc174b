namespace GslbServer.Dns;

/// <summary>A place in a text file. Line and column count from 1, columns in characters; 0 means that the whole file or line is meant.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
