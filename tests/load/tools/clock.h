/* Time: of now, and the CPU time of a server's processes. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { PIDS_MAX = 64 };
static const uint64_t SECOND = 1000000000;

struct cpu_clocks {
    clockid_t ids[PIDS_MAX];
    int count;
};

static inline uint64_t now_ns(clockid_t clock)
{
    struct timespec time;
    return clock_gettime(clock, &time) == 0 ? (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec : 0;
}

/* Returns false if there is no such process, or too many were given. */
static inline bool cpu_clocks_add(struct cpu_clocks *clocks, const char *pid)
{
    return clocks->count < PIDS_MAX && clock_getcpuclockid(atoi(pid), &clocks->ids[clocks->count++]) == 0;
}

/* CPU time of all of them. A process's own clock counts threads that have ended too; /proc/PID/task forgets them. */
static inline uint64_t cpu_clocks_sum(const struct cpu_clocks *clocks)
{
    uint64_t sum = 0;
    for (int i = 0; i < clocks->count; i++) sum += now_ns(clocks->ids[i]);
    return sum;
}
#endif
