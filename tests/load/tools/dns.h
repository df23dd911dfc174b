/* The queries of a mix, and what their answers must be. */
#ifndef DNS_H
#define DNS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUERY_MAX = 384 };

enum mix {
    MIX_STATIC,   /* A of h000 ... */
    MIX_NXDOMAIN, /* A of 12 random letters */
    MIX_STEERED,  /* A of s0 ..., no Client Subnet */
    MIX_ECS,      /* the same with a random IPv4 /24 as Client Subnet */
    MIX_ECS6,     /* the same with a random IPv6 /48 */
};

/* One query, whole but for the octets that differ from query to query. */
struct query {
    uint8_t octets[QUERY_MAX];
    size_t length;
    size_t question_end; /* offset behind the question */
    size_t varies;       /* offset of the digits or letters in the name */
    unsigned digits;     /* how many digits; 0: 12 letters */
    uint32_t names;      /* how many names there are */
    size_t subnet;       /* offset of the address in the Client Subnet option; 0 without */
    enum mix mix;
};

struct answers {
    uint64_t rcodes[16];
    uint64_t wrong;        /* not what the mix must get */
    uint64_t scoped;       /* with a Client Subnet option */
    uint64_t signatures;   /* RRSIG records */
    uint64_t regions[256]; /* by the last octet of an address in 192.0.2.0/24 */
    uint64_t octets;
};

/* Returns false if there is no such mix. */
bool mix_parse(const char *text, enum mix *mix);

void query_init(struct query *query, enum mix mix, const char *zone, uint32_t names, uint32_t steered, bool dnssec);

/* Gives the query an id, a random name of its mix and a random subnet. */
void query_vary(struct query *query, uint16_t id, uint64_t *random);

/* Counts an answer of at least 12 octets to the query. An echo must have the question and nothing else right. */
void answer_count(struct answers *answers, const struct query *query, const uint8_t *octets, size_t length, bool echo);

/* xorshift64 (Marsaglia 2003): as random as load must be. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}
#endif
