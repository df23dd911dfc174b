/* tcpload: DNS queries over TCP connections that stay open, from one thread that never sleeps, and what came of them as one line of JSON.
 *
 * Closed loop: on each connection a fixed number of queries is always on its way, pipelined (RFC 7766), and answered in any order. What an
 * arrival makes room for leaves in one write. A connection that the server closes is counted, with what was on its way, and opened anew.
 */
#define _GNU_SOURCE
#include "address.h"
#include "clock.h"
#include "dns.h"
#include "histogram.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024, WINDOW_MAX = 256, BUFFER = 1 << 17 };
static const uint64_t GRACE = 1000000000;

struct slot {
    struct query query;
    uint64_t sent_at; /* 0: waits for nothing */
};

struct connection {
    int fd;
    uint8_t generation; /* upper octet of the ids; the lower one is the slot */
    uint8_t received[BUFFER], waiting[BUFFER];
    size_t received_octets, waiting_octets;
    unsigned free_count;
    uint8_t free[WINDOW_MAX]; /* slots, a stack */
    struct slot slots[WINDOW_MAX];
};

static struct options {
    const char *server, *mix, *zone;
    int port, cpu, connections;
    uint32_t names, steered;
    int window;
    double seconds, warmup;
    uint64_t seed;
    struct cpu_clocks clocks;
} options = { .server = "127.0.0.1", .mix = "static", .zone = "example.org", .port = 53, .cpu = -1, .connections = 20, .names = 1000, .steered = 1, .window = 10,
              .seconds = 1.5, .warmup = 0.3, .seed = 1 };

static struct connection *connections;
static struct sockaddr_storage server;
static int epoll;
static uint64_t random_state;
static uint64_t begin, end; /* of the measured interval; 0 before it */
static uint64_t sent, answered, lost, stale, closed;
static struct answers answers;
static struct histogram latencies;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void open_connection(struct connection *c)
{
    int on = 1;
    if ((c->fd = socket(server.ss_family, SOCK_STREAM, 0)) < 0) fail("tcpload: socket");
    if (connect(c->fd, (struct sockaddr *)&server, sizeof server) != 0) fail("tcpload: connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) fail("tcpload: epoll_ctl");
    c->received_octets = c->waiting_octets = 0;
    c->free_count = 0;
    c->generation++;
    for (int i = 0; i < options.window; i++) {
        c->slots[i].sent_at = 0;
        c->free[c->free_count++] = (uint8_t)i;
    }
}

static void reopen(struct connection *c)
{
    closed++;
    for (int i = 0; i < options.window; i++) lost += begin && c->slots[i].sent_at >= begin;
    close(c->fd);
    open_connection(c);
}

/* Writes what waits. Returns false if the connection is gone. */
static bool flush(struct connection *c)
{
    if (!c->waiting_octets) return true;
    ssize_t count = send(c->fd, c->waiting, c->waiting_octets, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    memmove(c->waiting, c->waiting + count, c->waiting_octets -= (size_t)count);
    return true;
}

/* Queries for all free slots, as far as there is room. */
static void fill(struct connection *c)
{
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    while (c->free_count && c->waiting_octets + 2 + QUERY_MAX <= BUFFER) {
        uint8_t number = c->free[--c->free_count];
        struct slot *slot = &c->slots[number];
        query_vary(&slot->query, (uint16_t)(c->generation << 8 | number), &random_state);
        uint8_t *at = c->waiting + c->waiting_octets;
        at[0] = (uint8_t)(slot->query.length >> 8);
        at[1] = (uint8_t)slot->query.length;
        memcpy(at + 2, slot->query.octets, slot->query.length);
        c->waiting_octets += 2 + slot->query.length;
        slot->sent_at = now;
        if (begin) sent++;
    }
}

static void take_answer(struct connection *c, const uint8_t *octets, size_t length, uint64_t now)
{
    struct slot *slot = &c->slots[octets[1]];
    if (length < 12 || !(octets[2] & 0x80) || octets[0] != c->generation || octets[1] >= options.window || !slot->sent_at) {
        stale++;
        return;
    }
    if (begin && !end) {
        answered++;
        histogram_add(&latencies, now - slot->sent_at);
        answer_count(&answers, &slot->query, octets, length, false);
    }
    slot->sent_at = 0;
    c->free[c->free_count++] = octets[1];
}

/* Takes all whole messages that came. Returns false if the connection is gone. */
static bool receive(struct connection *c)
{
    ssize_t count = recv(c->fd, c->received + c->received_octets, BUFFER - c->received_octets, 0);
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    c->received_octets += (size_t)count;
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    size_t at = 0;
    while (at + 2 <= c->received_octets) {
        size_t length = (size_t)(c->received[at] << 8 | c->received[at + 1]);
        if (at + 2 + length > c->received_octets) break;
        if (length >= 2) take_answer(c, c->received + at + 2, length, now);
        at += 2 + length;
    }
    memmove(c->received, c->received + at, c->received_octets -= at);
    return true;
}

static void parse(int argc, char **argv)
{
    static const char usage[] =
        "tcpload [--server ADDRESS] [--port N] [--mix static|nxdomain|steered|ecs|ecs6] [--zone NAME] [--names N] [--steered N]\n"
        "  --connections N  that stay open (20)\n"
        "  --window N       queries on their way on each, at most 256 (10)\n"
        "  --seconds S      measured, after --warmup S (1.5, 0.3)\n"
        "  --pids N,...     processes of the server, for its CPU time\n"
        "  --cpu N          core to run on\n"
        "  --seed N         of the random names and subnets\n";
    static const struct option names[] = {
        { "server", 1, NULL, 'a' }, { "port", 1, NULL, 'p' }, { "mix", 1, NULL, 'm' }, { "zone", 1, NULL, 'z' }, { "names", 1, NULL, 'n' },
        { "steered", 1, NULL, 's' }, { "seconds", 1, NULL, 't' }, { "warmup", 1, NULL, 'W' }, { "window", 1, NULL, 'w' }, { "connections", 1, NULL, 'C' },
        { "pids", 1, NULL, 'i' }, { "cpu", 1, NULL, 'c' }, { "seed", 1, NULL, 'R' }, { 0 },
    };
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (option) {
        case 'a': options.server = optarg; break;
        case 'p': options.port = atoi(optarg); break;
        case 'm': options.mix = optarg; break;
        case 'z': options.zone = optarg; break;
        case 'n': options.names = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 's': options.steered = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 't': options.seconds = atof(optarg); break;
        case 'W': options.warmup = atof(optarg); break;
        case 'w': options.window = atoi(optarg); break;
        case 'C': options.connections = atoi(optarg); break;
        case 'c': options.cpu = atoi(optarg); break;
        case 'R': options.seed = strtoull(optarg, NULL, 10); break;
        case 'i':
            for (char *pid = strtok(optarg, ","); pid; pid = strtok(NULL, ",")) {
                if (!cpu_clocks_add(&options.clocks, pid)) {
                    fprintf(stderr, "tcpload: no process %s, or too many\n", pid);
                    exit(2);
                }
            }
            break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    bool valid = options.window > 0 && options.window <= WINDOW_MAX && options.connections > 0 && options.connections <= CONNECTIONS_MAX && options.names > 0
        && options.steered > 0 && options.seconds > 0 && options.warmup >= 0 && options.port > 0 && options.port < 65536;
    if (optind < argc || !valid) {
        fputs(usage, stderr);
        exit(2);
    }
    random_state = options.seed * 0x9e3779b97f4a7c15 | 1;
}

static void prepare(void)
{
    enum mix mix;
    if (!mix_parse(options.mix, &mix) || !address_parse(options.server, options.port, &server)) {
        fprintf(stderr, "tcpload: no mix \"%s\", or \"%s\" is no address\n", options.mix, options.server);
        exit(2);
    }
    connections = calloc((size_t)options.connections, sizeof *connections);
    if (!connections || (epoll = epoll_create1(0)) < 0) fail("tcpload");
    for (int i = 0; i < options.connections; i++) {
        for (int k = 0; k < options.window; k++) query_init(&connections[i].slots[k].query, mix, options.zone, options.names, options.steered, false);
        open_connection(&connections[i]);
    }
}

/* One look at all connections. While queries are measured, or before, what was answered is asked anew. */
static void turn(bool asking)
{
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, 0);
    for (int i = 0; i < count; i++) {
        struct connection *c = events[i].data.ptr;
        if (!receive(c)) reopen(c);
    }
    for (int i = 0; i < options.connections; i++) {
        struct connection *c = &connections[i];
        if (asking && c->free_count) fill(c);
        if (!flush(c)) reopen(c);
    }
}

static void print(uint64_t cpu)
{
    double seconds = (double)(end - begin) / 1e9, each = answered ? (double)answered : 1;
    printf("{\"mix\": \"%s\", \"seconds\": %.6f, \"sent\": %lu, \"answered\": %lu, \"lost\": %lu, \"wrong\": %lu, \"stale\": %lu, \"closed\": %lu, ", options.mix, seconds, sent,
        answered, lost, answers.wrong, stale, closed);
    printf("\"qps\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"cpu_us\": %.4f, \"server_busy\": %.4f}\n", (double)answered / seconds,
        (double)histogram_quantile(&latencies, .5) / 1e3, (double)histogram_quantile(&latencies, .99) / 1e3, (double)histogram_quantile(&latencies, .999) / 1e3,
        (double)cpu / 1e3 / each, (double)cpu / (double)(end - begin));
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (options.cpu >= 0) {
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        CPU_SET(options.cpu, &cpus);
        if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) fail("tcpload: --cpu");
    }
    prepare();

    const uint64_t warm = now_ns(CLOCK_MONOTONIC) + (uint64_t)(options.warmup * 1e9);
    while (now_ns(CLOCK_MONOTONIC) < warm) turn(true);
    uint64_t cpu = cpu_clocks_sum(&options.clocks);
    begin = now_ns(CLOCK_MONOTONIC);
    const uint64_t until = begin + (uint64_t)(options.seconds * 1e9);
    while (now_ns(CLOCK_MONOTONIC) < until) turn(true);
    cpu = cpu_clocks_sum(&options.clocks) - cpu;
    end = now_ns(CLOCK_MONOTONIC);

    /* What is still on its way may arrive; what does not is lost. */
    unsigned open_queries = 1;
    while (open_queries && now_ns(CLOCK_MONOTONIC) < end + GRACE) {
        turn(false);
        open_queries = 0;
        for (int i = 0; i < options.connections; i++) open_queries += (unsigned)options.window - connections[i].free_count;
    }
    lost += open_queries;
    print(cpu);
    return 0;
}
