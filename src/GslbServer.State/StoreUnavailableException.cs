namespace GslbServer.State;

/// <summary>A store did not answer within its deadline, or refused. The message names no secret.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
