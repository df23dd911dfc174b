/* Latencies: 64 buckets for each power of two nanoseconds, so within 1.6 %. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

struct histogram {
    uint64_t count, max;
    uint64_t buckets[59 * 64];
};

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
    unsigned power = ns < 64 ? 5 : 63u - (unsigned)__builtin_clzll(ns);
    h->buckets[(power - 5) * 64 + (unsigned)(ns >> (ns < 64 ? 0 : power - 6)) % 64]++;
    h->count++;
    if (ns > h->max) h->max = ns;
}

/* The lower end, in ns, of the bucket that holds the given share of all values; 0 without values. */
static inline uint64_t histogram_quantile(const struct histogram *h, double share)
{
    uint64_t before = 0, wanted = (uint64_t)(share * (double)h->count);
    for (unsigned i = 0; i < sizeof h->buckets / sizeof *h->buckets; i++) {
        before += h->buckets[i];
        if (before > wanted) return i < 64 ? i : (64ull + i % 64) << (i / 64 - 1);
    }
    return h->max;
}
#endif
