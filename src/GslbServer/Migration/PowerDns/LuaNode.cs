namespace GslbServer;

/// <summary>A piece of the Lua that LUA records are mostly written in: calls of their functions with texts, numbers and tables, and choices between them.</summary>
internal abstract record LuaNode;

internal sealed record LuaText(string Text) : LuaNode;

internal sealed record LuaNumber(double Value) : LuaNode;

/// <summary>A name without a call: true, false, a variable.</summary>
internal sealed record LuaName(string Name) : LuaNode;

/// <param name="Items">Key null where there is none.</param>
internal sealed record LuaTable(IReadOnlyList<(string? Key, LuaNode Value)> Items) : LuaNode
{
    public IEnumerable<LuaNode> List => Items.Where(item => item.Key is null).Select(item => item.Value);

    public LuaNode? this[string key] => Items.FirstOrDefault(item => item.Key == key).Value;
}

internal sealed record LuaCall(string Function, IReadOnlyList<LuaNode> Arguments) : LuaNode;

/// <summary>One of them holds.</summary>
internal sealed record LuaOr(IReadOnlyList<LuaNode> Conditions) : LuaNode;

/// <param name="Otherwise">Null for nothing.</param>
internal sealed record LuaIf(LuaNode Condition, LuaNode Then, LuaNode? Otherwise) : LuaNode;
