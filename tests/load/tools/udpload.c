/* udpload: DNS queries over UDP from one thread that never sleeps, and what came of them as one line of JSON.
 *
 * Closed loop: a fixed number of queries is always on its way, so the server is always busy. Open loop (--rate): queries leave when they are
 * due, whatever the server does. Each query is a slot: its message, which only id, name and subnet change in, and when it was sent. An answer
 * must have the id and the question of a query that waits, else it is stale; and be what the mix must get, else it is wrong.
 */
#define _GNU_SOURCE
#include "address.h"
#include "clock.h"
#include "dns.h"
#include "histogram.h"
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH = 32, SLOTS_MAX = 4096, SOURCES_MAX = 256, LONGEST = 2048 };
static const uint64_t PATIENCE = 2000000000;

struct slot {
    struct query query;
    uint64_t sent_at;   /* 0: waits for nothing */
    uint8_t generation; /* in the upper 4 bits of the id, so that a late answer is not taken for this one */
    uint16_t source;
};

static struct options {
    const char *server, *mix, *zone, *prefix;
    int port, cpu, sources;
    uint32_t names, steered;
    int window;
    double seconds, warmup, rate;
    uint64_t seed;
    bool echo, dnssec;
    struct cpu_clocks clocks;
} options = { .server = "127.0.0.1", .mix = "static", .zone = "example.org", .port = 53, .cpu = -1, .sources = 1, .names = 1000, .steered = 1,
              .seconds = 1.5, .warmup = 0.3, .seed = 1 };

static struct slot *slots;
static uint16_t waiting_room[SLOTS_MAX]; /* free slots, a stack */
static int free_count;
static int sockets[SOURCES_MAX], outstanding[SOURCES_MAX];
static uint64_t random_state;
static uint64_t begin, end; /* of the measured interval; 0 before it */
static uint64_t sent, answered, lost, late, unsent, stale, refused;
static struct answers answers;
static struct histogram latencies;
static volatile sig_atomic_t interrupted;

static uint8_t received[BATCH][LONGEST];
static struct iovec received_octets[BATCH], sent_octets[BATCH];
static struct mmsghdr received_messages[BATCH], sent_messages[BATCH];

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static bool measured(const struct slot *slot) { return begin && slot->sent_at >= begin && (!end || slot->sent_at < end); }

static void release(uint16_t number)
{
    outstanding[slots[number].source]--;
    slots[number].sent_at = 0;
    waiting_room[free_count++] = number;
}

static void take_answer(const uint8_t *octets, size_t length, uint64_t now)
{
    unsigned id = (unsigned)(octets[0] << 8 | octets[1]), number = id & (SLOTS_MAX - 1);
    struct slot *slot = &slots[number];
    if (length < 12 || !(octets[2] & 0x80) || number >= (unsigned)options.window || !slot->sent_at || (slot->generation & 15) != id >> 12) {
        stale++;
        return;
    }
    if (begin && !end) {
        answered++;
        histogram_add(&latencies, now - slot->sent_at);
        answer_count(&answers, &slot->query, octets, length, options.echo);
    } else if (end && measured(slot)) {
        late++;
    }
    release((uint16_t)number);
}

/* Returns how many datagrams came. */
static int receive(void)
{
    int all = 0;
    for (int i = 0; i < options.sources; i++) {
        if (!outstanding[i]) continue;
        int count = recvmmsg(sockets[i], received_messages, BATCH, MSG_DONTWAIT, NULL);
        if (count < 0) {
            if (errno == ECONNREFUSED) refused++;
            continue;
        }
        uint64_t now = now_ns(CLOCK_MONOTONIC);
        for (int k = 0; k < count; k++) take_answer(received[k], received_messages[k].msg_len, now);
        all += count;
    }
    return all;
}

static void give_up_old(uint64_t now)
{
    for (int i = 0; i < options.window; i++) {
        if (!slots[i].sent_at || now - slots[i].sent_at < PATIENCE) continue;
        if (measured(&slots[i])) lost++;
        release((uint16_t)i);
    }
}

/* Sends up to a batch from the next source. Returns how many datagrams left. */
static int send_batch(int count)
{
    static int turn;
    int source = turn;
    turn = (turn + 1) % options.sources;
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < count; i++) {
        uint16_t number = waiting_room[free_count - 1 - i];
        struct slot *slot = &slots[number];
        slot->generation++;
        slot->source = (uint16_t)source;
        query_vary(&slot->query, (uint16_t)((slot->generation & 15) << 12 | number), &random_state);
        sent_octets[i] = (struct iovec){ slot->query.octets, slot->query.length };
    }
    int left = sendmmsg(sockets[source], sent_messages, (unsigned)count, MSG_DONTWAIT);
    if (left < 0) {
        if (errno == ECONNREFUSED) refused++;
        return 0;
    }
    for (int i = 0; i < left; i++) slots[waiting_room[free_count - 1 - i]].sent_at = now;
    free_count -= left;
    outstanding[source] += left;
    if (begin && !end) sent += (uint64_t)left;
    return left;
}

/* How many queries are due now: all that are free in a closed loop, once they are worth a call; in an open one as many as time has passed. */
static int due(uint64_t now)
{
    static uint64_t last;
    static double credit;
    if (options.rate == 0) return free_count >= BATCH || free_count == options.window ? free_count : 0;
    if (last) credit += (double)(now - last) * 1e-9 * options.rate;
    last = now;
    int whole = (int)credit;
    credit -= whole;
    if (whole > free_count) {
        if (begin && !end) unsent += (uint64_t)(whole - free_count);
        whole = free_count;
    }
    return whole;
}

static void open_sources(void)
{
    struct sockaddr_storage server, source;
    if (!address_parse(options.server, options.port, &server)) {
        fprintf(stderr, "udpload: \"%s\" is no address\n", options.server);
        exit(2);
    }
    char network[64] = "";
    int length = 0;
    if (options.prefix && sscanf(options.prefix, "%63[^/]/%d", network, &length) != 2) {
        fprintf(stderr, "udpload: \"%s\" is no prefix\n", options.prefix);
        exit(2);
    }
    for (int i = 0; i < options.sources; i++) {
        int fd = sockets[i] = socket(server.ss_family, SOCK_DGRAM, 0), size = 4 << 20, on = 1;
        if (fd < 0) fail("udpload: socket");
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        if (options.prefix && address_parse(network, 0, &source)) {
            unsigned count;
            uint8_t *octets = address_octets(&source, &count);
            for (unsigned bit = (unsigned)length; bit < count * 8; bit++) octets[bit / 8] |= (uint8_t)((next_random(&random_state) & 1) << (7 - bit % 8));
            /* An address that is local by a route alone, as run.sh makes them, must be asked for so. */
            setsockopt(fd, count == 4 ? IPPROTO_IP : IPPROTO_IPV6, count == 4 ? IP_FREEBIND : IPV6_FREEBIND, &on, sizeof on);
            if (bind(fd, (struct sockaddr *)&source, sizeof source) != 0) fail("udpload: bind");
        }
        if (connect(fd, (struct sockaddr *)&server, sizeof server) != 0) fail("udpload: connect");
    }
}

static void prepare(void)
{
    enum mix mix;
    if (!mix_parse(options.mix, &mix)) {
        fprintf(stderr, "udpload: no mix \"%s\"; there are static, nxdomain, steered, ecs, ecs6\n", options.mix);
        exit(2);
    }
    slots = calloc(SLOTS_MAX, sizeof *slots);
    if (!slots) fail("udpload");
    for (int i = 0; i < options.window; i++) {
        query_init(&slots[i].query, mix, options.zone, options.names, options.steered, options.dnssec);
        waiting_room[free_count++] = (uint16_t)i;
    }
    for (int i = 0; i < BATCH; i++) {
        received_octets[i] = (struct iovec){ received[i], LONGEST };
        received_messages[i].msg_hdr = (struct msghdr){ .msg_iov = &received_octets[i], .msg_iovlen = 1 };
        sent_messages[i].msg_hdr = (struct msghdr){ .msg_iov = &sent_octets[i], .msg_iovlen = 1 };
    }
}

static void parse(int argc, char **argv)
{
    static const char usage[] =
        "udpload [--server ADDRESS] [--port N] [--mix static|nxdomain|steered|ecs|ecs6] [--zone NAME] [--names N] [--steered N]\n"
        "  --seconds S    measured, after --warmup S (1.5, 0.3)\n"
        "  --window N     queries on their way: 192, at most 4096, which is the default with --rate\n"
        "  --rate QPS     open loop\n"
        "  --sources N    sockets, each from an address of its own in --prefix ADDRESS/LENGTH, when given (1)\n"
        "  --pids N,...   processes of the server, for its CPU time\n"
        "  --cpu N        core to run on\n"
        "  --seed N       of the random names and subnets\n"
        "  --dnssec       with DO\n"
        "  --echo         the server only echoes\n";
    static const struct option names[] = {
        { "server", 1, NULL, 'a' }, { "port", 1, NULL, 'p' }, { "mix", 1, NULL, 'm' }, { "zone", 1, NULL, 'z' }, { "names", 1, NULL, 'n' },
        { "steered", 1, NULL, 's' }, { "seconds", 1, NULL, 't' }, { "warmup", 1, NULL, 'W' }, { "window", 1, NULL, 'w' }, { "rate", 1, NULL, 'r' },
        { "sources", 1, NULL, 'S' }, { "prefix", 1, NULL, 'P' }, { "pids", 1, NULL, 'i' }, { "cpu", 1, NULL, 'c' }, { "seed", 1, NULL, 'R' },
        { "echo", 0, NULL, 'e' }, { "dnssec", 0, NULL, 'd' }, { 0 },
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
        case 'r': options.rate = atof(optarg); break;
        case 'S': options.sources = atoi(optarg); break;
        case 'P': options.prefix = optarg; break;
        case 'c': options.cpu = atoi(optarg); break;
        case 'R': options.seed = strtoull(optarg, NULL, 10); break;
        case 'e': options.echo = true; break;
        case 'd': options.dnssec = true; break;
        case 'i':
            for (char *pid = strtok(optarg, ","); pid; pid = strtok(NULL, ",")) {
                if (!cpu_clocks_add(&options.clocks, pid)) {
                    fprintf(stderr, "udpload: no process %s, or too many\n", pid);
                    exit(2);
                }
            }
            break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (!options.window) options.window = options.rate > 0 ? SLOTS_MAX : 192;
    bool valid = options.window > 0 && options.window <= SLOTS_MAX && options.sources > 0 && options.sources <= SOURCES_MAX && options.names > 0 && options.steered > 0
        && options.seconds > 0 && options.warmup >= 0 && options.rate >= 0 && options.port > 0 && options.port < 65536;
    if (optind < argc || !valid) {
        fputs(usage, stderr);
        exit(2);
    }
    random_state = options.seed * 0x9e3779b97f4a7c15 | 1;
}

static void print(uint64_t cpu, uint64_t idle)
{
    double seconds = (double)(end - begin) / 1e9, each = answered ? (double)answered : 1;
    printf("{\"mix\": \"%s\", \"seconds\": %.6f, \"sent\": %lu, \"answered\": %lu, \"lost\": %lu, \"wrong\": %lu, \"unsent\": %lu, \"stale\": %lu, \"refused\": %lu, ", options.mix,
        seconds, sent, answered, lost, answers.wrong, unsent, stale, refused);
    printf("\"qps\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, ", (double)answered / seconds, (double)histogram_quantile(&latencies, .5) / 1e3,
        (double)histogram_quantile(&latencies, .99) / 1e3, (double)histogram_quantile(&latencies, .999) / 1e3, (double)latencies.max / 1e3);
    printf("\"cpu_us\": %.4f, \"server_busy\": %.4f, \"generator_idle\": %.4f, \"octets\": %.1f, \"scoped\": %lu, \"signatures\": %lu, ", (double)cpu / 1e3 / each, (double)cpu / (double)(end - begin),
        (double)idle / (double)(end - begin), (double)answers.octets / each, answers.scoped, answers.signatures);
    const char *comma = "";
    printf("\"rcodes\": {");
    for (int i = 0; i < 16; i++) if (answers.rcodes[i]) printf("%s\"%d\": %lu", comma, i, answers.rcodes[i]), comma = ", ";
    printf("}, \"regions\": {");
    comma = "";
    for (int i = 0; i < 256; i++) if (answers.regions[i]) printf("%s\"%d\": %lu", comma, i, answers.regions[i]), comma = ", ";
    printf("}}\n");
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (options.cpu >= 0) {
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        CPU_SET(options.cpu, &cpus);
        if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) fail("udpload: --cpu");
    }
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    open_sources();
    prepare();

    uint64_t cpu = 0, idle = 0, scanned = 0, now = now_ns(CLOCK_MONOTONIC);
    const uint64_t warm = now + (uint64_t)(options.warmup * 1e9), length = (uint64_t)(options.seconds * 1e9);
    while (!interrupted) {
        uint64_t before = now;
        now = now_ns(CLOCK_MONOTONIC);
        if (!begin && now >= warm) {
            cpu = cpu_clocks_sum(&options.clocks);
            now = before = begin = now_ns(CLOCK_MONOTONIC);
        }
        if (begin && !end && now >= begin + length) {
            end = now_ns(CLOCK_MONOTONIC);
            cpu = cpu_clocks_sum(&options.clocks) - cpu;
        }
        /* Then only what is still on its way. */
        if (end && (free_count == options.window || now > end + PATIENCE)) break;
        int moved = receive();
        if (now - scanned > SECOND / 50) {
            scanned = now;
            give_up_old(now);
        }
        for (int count = end ? 0 : due(now), left; count > 0; count -= left, moved += left) {
            left = send_batch(count < BATCH ? count : BATCH);
            if (left == 0) break;
        }
        if (!moved && begin && !end) idle += now_ns(CLOCK_MONOTONIC) - now;
    }
    if (interrupted) return 130;
    for (int i = 0; i < options.window; i++) if (slots[i].sent_at && measured(&slots[i])) lost++;
    print(cpu, idle);
    return 0;
}
