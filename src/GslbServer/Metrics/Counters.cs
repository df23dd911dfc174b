using GslbServer.Dns;

namespace GslbServer;

/// <summary>What the query path counts. The values index a <see cref="CounterBlock"/>.</summary>
public enum Counter
{
    UdpQueries,
    TcpQueries,
    TlsQueries,
    HttpsQueries,
    SubnetQueries,
    SteeredAnswers,
    Explanations,
    Truncated,
    DroppedUnreadable,
    DroppedUnsendable,
    DroppedSendBufferFull,
    DroppedOversized,
    DroppedPortZero,
    ReceiveErrors,
    TcpConnections,
    TcpRefusedConnections,
    TcpTimedOutConnections,
    TcpAcceptErrors,

    GoodCookies,
    BadCookies,
    ClientCookies,
    RateSlipped,
    RateDropped,
    Validations,
    WrongClass,
    BadProxyHeaders,
    TcpRefusedOfPrefix,
    HttpsNoQuery,
    HttpsMethod,
    HttpsType,
    HttpsEncoding,
    HttpsOversized,

    /// <summary>Responses by code: this one plus the 4-bit RCODE; BADVERS stands in place of 15, BADCOOKIE behind it.</summary>
    ResponsesByRcode,

    /// <summary>Bad input by kind: this one plus the <see cref="QueryFault"/>.</summary>
    Faults = ResponsesByRcode + CounterBlock.Rcodes,
}

/// <summary>One thread's counts, alone on its cache lines. Written by its thread only, read by anyone: a read may be a query behind.</summary>
public sealed class CounterBlock
{
    private const int CacheLine = 64 / sizeof(long);
    internal const int Rcodes = 17;
    internal const int FaultKinds = (int)QueryFault.Cookie + 1;
    private readonly long[] _values = new long[CacheLine + (int)Counter.Faults + FaultKinds + CacheLine];
    private ResponseRates? _rates;

    internal CounterBlock(QueryRing? capture = null) => Capture = capture;

    /// <summary>This thread's queries on their way to the query log and dnstap; null where nobody wants them.</summary>
    public QueryRing? Capture { get; }

    /// <summary>This thread's decision on its way to the event stream.</summary>
    public DecisionSlot Decisions { get; } = new();

    /// <summary>What this thread is asked and answers.</summary>
    public AnswerCounts Answers { get; } = new();

    /// <summary>This thread's look-ups of beacon names on their way to the store.</summary>
    public LookUpRing LookUps { get; } = new();

    /// <summary>What this thread has answered to whom in this second.</summary>
    internal ResponseRates Rates => _rates ??= new ResponseRates();

    private int _untilSolicitation = Solicitor.AnswersPerSolicitation;

    /// <summary>Counts steered answers over UDP down to the next one that may ask its resolver over to TCP.</summary>
    public bool MaySolicit() => --_untilSolicitation <= 0;

    /// <param name="asked">False where this resolver was not to be asked: soon another is tried.</param>
    public void Solicited(bool asked)
    {
        const int soon = 16;
        _untilSolicitation = asked ? Solicitor.AnswersPerSolicitation : soon;
    }

    public void Add(Counter counter) => _values[CacheLine + (int)counter]++;

    public void AddResponse(Rcode rcode) => _values[CacheLine + (int)Counter.ResponsesByRcode + (rcode == Rcode.BadCookie ? 16 : Math.Min((int)rcode, 15))]++;

    public void AddFault(QueryFault fault) => _values[CacheLine + (int)Counter.Faults + (int)fault]++;

    internal long this[int index] => Volatile.Read(ref _values[CacheLine + index]);
}

/// <summary>Counts of the query path: one padded block of longs per serving thread, summed when somebody asks. No locks.</summary>
public sealed class Counters : IDisposable
{
    private static readonly (Counter Counter, string Name, string Help, (string Name, string Value)[] Labels)[] Families =
    [
        (Counter.UdpQueries, "gslb_dns_queries_total", "Packets received that are queries or try to be", [("transport", "udp")]),
        (Counter.TcpQueries, "gslb_dns_queries_total", "Packets received that are queries or try to be", [("transport", "tcp")]),
        (Counter.TlsQueries, "gslb_dns_queries_total", "Packets received that are queries or try to be", [("transport", "tls")]),
        (Counter.HttpsQueries, "gslb_dns_queries_total", "Packets received that are queries or try to be", [("transport", "https")]),
        (Counter.SubnetQueries, "gslb_dns_client_subnet_queries_total", "Queries with EDNS Client Subnet", []),
        (Counter.SteeredAnswers, "gslb_dns_steered_answers_total", "Answers that steering decided", []),
        (Counter.Explanations, "gslb_dns_explanations_total", "Explanations given over DNS", []),
        (Counter.Truncated, "gslb_dns_truncated_responses_total", "Responses with TC set", []),
        (Counter.DroppedUnreadable, "gslb_dns_dropped_total", "Packets without any answer", [("reason", "unreadable")]),
        (Counter.DroppedUnsendable, "gslb_dns_dropped_total", "Packets without any answer", [("reason", "send_failed")]),
        (Counter.DroppedSendBufferFull, "gslb_dns_dropped_total", "Packets without any answer", [("reason", "send_buffer_full")]),
        (Counter.DroppedOversized, "gslb_dns_dropped_total", "Packets without any answer", [("reason", "oversized")]),
        (Counter.DroppedPortZero, "gslb_dns_dropped_total", "Packets without any answer", [("reason", "port_zero")]),
        (Counter.GoodCookies, "gslb_dns_cookies_total", "Queries with a COOKIE option", [("cookie", "good")]),
        (Counter.BadCookies, "gslb_dns_cookies_total", "Queries with a COOKIE option", [("cookie", "bad")]),
        (Counter.ClientCookies, "gslb_dns_cookies_total", "Queries with a COOKIE option", [("cookie", "client")]),
        (Counter.RateSlipped, "gslb_dns_rate_limited_total", "UDP responses over the rate limit", [("result", "slipped")]),
        (Counter.RateDropped, "gslb_dns_rate_limited_total", "UDP responses over the rate limit", [("result", "dropped")]),
        (Counter.Validations, "gslb_dns_validations_total", "UDP queries answered truncated or with BADCOOKIE because there were too many without a good cookie", []),
        (Counter.WrongClass, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "class")]),
        (Counter.BadProxyHeaders, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "proxy_header")]),
        (Counter.HttpsNoQuery, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "https_no_query")]),
        (Counter.HttpsMethod, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "https_method")]),
        (Counter.HttpsType, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "https_content_type")]),
        (Counter.HttpsEncoding, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "https_encoding")]),
        (Counter.HttpsOversized, "gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", "https_oversized")]),
        (Counter.ReceiveErrors, "gslb_dns_receive_errors_total", "UDP receives that failed", []),
        (Counter.TcpConnections, "gslb_dns_tcp_connections_total", "TCP connections accepted, those of TLS and HTTPS among them", []),
        (Counter.TcpRefusedConnections, "gslb_dns_tcp_refused_connections_total", "TCP connections closed at once: too many, or too few file descriptors left", []),
        (Counter.TcpRefusedOfPrefix, "gslb_dns_tcp_refused_prefix_connections_total", "TCP connections closed at once: too many from one prefix", []),
        (Counter.TcpTimedOutConnections, "gslb_dns_tcp_timed_out_connections_total", "TCP connections closed for idling", []),
        (Counter.TcpAcceptErrors, "gslb_dns_tcp_accept_errors_total", "TCP connections that could not be taken: gone before, or no file descriptor left", []),
    ];

    private static readonly string[] RcodeNames =
        ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "7", "8", "NOTAUTH", "10", "11", "12", "13", "14", "BADVERS", "BADCOOKIE"];

    private static readonly (QueryFault Fault, string Kind)[] FaultNames =
    [
        (QueryFault.TooShort, "short"), (QueryFault.NotAQuery, "response"), (QueryFault.Opcode, "opcode"), (QueryFault.Questions, "questions"), (QueryFault.Pointer, "pointer"),
        (QueryFault.Name, "name"), (QueryFault.Truncated, "truncated"), (QueryFault.TrailingOctets, "overlong"), (QueryFault.Opt, "opt"),
        (QueryFault.Tsig, "tsig"), (QueryFault.EdnsVersion, "edns_version"), (QueryFault.Subnet, "subnet"), (QueryFault.Cookie, "cookie"),
    ];

    private readonly Lock _gate = new();
    private readonly List<(Thread Owner, CounterBlock Block)> _all = [];
    private readonly ThreadLocal<CounterBlock> _blocks;

    public Counters() => _blocks = new ThreadLocal<CounterBlock>(Take);

    /// <summary>Makes what a new thread captures queries in; null while nobody wants them. Set before the first query.</summary>
    internal Func<QueryRing>? Capture { get; set; }

    /// <summary>The calling thread's block. Take it once per thread or batch.</summary>
    public CounterBlock ForThisThread => _blocks.Value!;

    /// <summary>Which regions and names are counted where.</summary>
    internal AnswerSlotBook Slots { get; } = new();

    internal IReadOnlyList<CounterBlock> Blocks
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Select(one => one.Block)];
            }
        }
    }

    /// <summary>Name (Prometheus, <c>gslb_dns_...</c>), help, labels and value of each, summed over threads.</summary>
    public IEnumerable<(string Name, string Help, (string Name, string Value)[] Labels, long Value)> Read()
    {
        IReadOnlyList<CounterBlock> blocks = Blocks;
        foreach ((Counter counter, string name, string help, (string, string)[] labels) in Families)
        {
            yield return (name, help, labels, blocks.Sum(b => b[(int)counter]));
        }

        foreach ((QueryFault fault, string kind) in FaultNames)
        {
            yield return ("gslb_dns_malformed_total", "Queries that could not be answered as they came", [("kind", kind)], blocks.Sum(b => b[(int)Counter.Faults + (int)fault]));
        }

        for (int rcode = 0; rcode < RcodeNames.Length; rcode++)
        {
            long count = blocks.Sum(b => b[(int)Counter.ResponsesByRcode + rcode]);
            if (count > 0 || rcode <= (int)Rcode.Refused)
            {
                yield return ("gslb_dns_responses_total", "Responses by response code", [("rcode", RcodeNames[rcode])], count);
            }
        }
    }

    public void Dispose() => _blocks.Dispose();

    /// <summary>The block of a thread that has ended goes on with the next new one: threads of the pool come and go for months.</summary>
    private CounterBlock Take()
    {
        lock (_gate)
        {
            int ended = _all.FindIndex(one => !one.Owner.IsAlive);
            CounterBlock block = ended < 0 ? new CounterBlock(Capture?.Invoke()) : _all[ended].Block;
            if (ended < 0)
            {
                _all.Add((Thread.CurrentThread, block));
            }
            else
            {
                _all[ended] = (Thread.CurrentThread, block);
            }

            return block;
        }
    }
}
