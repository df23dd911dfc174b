using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>A socket that the node listens on. Of UDP there may be several for one endpoint: one per serving thread.</summary>
/// <param name="Protocol">UDP or TCP.</param>
/// <param name="EndPoint">As the options have it, with port 0 where any port was asked for.</param>
internal sealed record ListenSocket(ProtocolType Protocol, IPEndPoint EndPoint, Socket Socket);
