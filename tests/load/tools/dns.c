#include "dns.h"
#include <stdio.h>
#include <string.h>

bool mix_parse(const char *text, enum mix *mix)
{
    static const char *const names[] = { "static", "nxdomain", "steered", "ecs", "ecs6" };
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *mix = (enum mix)i;
            return true;
        }
    }
    return false;
}

static size_t put_name(uint8_t *at, const char *name)
{
    uint8_t *start = at;
    while (*name) {
        size_t length = strcspn(name, ".");
        *at++ = (uint8_t)length;
        memcpy(at, name, length);
        at += length;
        name += length + (name[length] == '.');
    }
    *at++ = 0;
    return (size_t)(at - start);
}

/* RFC 6891, DO (RFC 3225) if wanted, and with an address RFC 7871: scope 0, the address cut to its prefix. */
static void put_opt(struct query *query, unsigned address_octets, bool dnssec)
{
    uint8_t data = address_octets ? (uint8_t)(8 + address_octets) : 0;
    uint8_t opt[11] = { 0, 0, 41, 1232 >> 8, 1232 & 255, 0, 0, dnssec ? 0x80 : 0, 0, 0, data };
    uint8_t subnet[8] = { 0, 8, 0, (uint8_t)(4 + address_octets), 0, address_octets == 3 ? 1 : 2, (uint8_t)(8 * address_octets), 0 };
    query->octets[11] = 1;
    memcpy(query->octets + query->length, opt, sizeof opt);
    query->length += sizeof opt;
    if (!address_octets) return;
    memcpy(query->octets + query->length, subnet, sizeof subnet);
    query->subnet = query->length + sizeof subnet;
    query->length = query->subnet + address_octets;
}

void query_init(struct query *query, enum mix mix, const char *zone, uint32_t names, uint32_t steered, bool dnssec)
{
    char name[300];
    *query = (struct query){ .mix = mix, .varies = 12 + 2, .names = mix == MIX_STATIC ? names : steered };
    if (mix == MIX_NXDOMAIN) {
        query->varies = 12 + 1;
        snprintf(name, sizeof name, "nxnxnxnxnxnx.%s", zone);
    } else {
        query->digits = (unsigned)snprintf(NULL, 0, "%u", query->names - 1);
        snprintf(name, sizeof name, "%c%0*u.%s", mix == MIX_STATIC ? 'h' : 's', (int)query->digits, 0u, zone);
    }
    query->octets[5] = 1;
    query->length = 12 + put_name(query->octets + 12, name);
    memcpy(query->octets + query->length, "\0\1\0\1", 4); /* A IN */
    query->question_end = query->length += 4;
    put_opt(query, mix == MIX_ECS ? 3 : mix == MIX_ECS6 ? 6 : 0, dnssec);
}

void query_vary(struct query *query, uint16_t id, uint64_t *random)
{
    uint8_t *octets = query->octets;
    octets[0] = (uint8_t)(id >> 8);
    octets[1] = (uint8_t)id;
    uint64_t bits = next_random(random);
    if (query->digits) {
        uint32_t number = (uint32_t)((bits >> 32) * query->names >> 32);
        for (unsigned i = query->digits; i-- > 0; number /= 10) octets[query->varies + i] = (uint8_t)('0' + number % 10);
    } else {
        for (unsigned i = 0; i < 12; i++, bits >>= 5) octets[query->varies + i] = (uint8_t)('a' + (bits & 31) % 26);
    }
    if (!query->subnet) return;
    bits = next_random(random);
    uint8_t *address = octets + query->subnet;
    for (unsigned i = 0; i < (query->mix == MIX_ECS ? 3u : 6u); i++, bits >>= 8) address[i] = (uint8_t)bits;
    if (query->mix == MIX_ECS) {
        /* Unicast that is somebody's: 1 to 223 without 10 and 127. */
        address[0] = (uint8_t)(1 + address[0] % 223);
        if (address[0] == 10 || address[0] == 127) address[0]++;
    } else {
        address[0] = (uint8_t)(0x20 | (address[0] & 0x1f)); /* 2000::/3 */
    }
}

/* The offset behind a name, 0 if it does not end. */
static size_t skip_name(const uint8_t *octets, size_t length, size_t at)
{
    while (at < length) {
        if (octets[at] == 0) return at + 1;
        if (octets[at] >= 0xc0) return at + 2;
        at += 1u + octets[at];
    }
    return 0;
}

/* Is there a Client Subnet option in the OPT that begins its data at this offset? */
static bool has_subnet(const uint8_t *octets, size_t at, size_t end)
{
    for (; at + 4 <= end; at += 4u + (octets[at + 2] << 8 | octets[at + 3])) {
        if (octets[at] == 0 && octets[at + 1] == 8) return true;
    }
    return false;
}

void answer_count(struct answers *answers, const struct query *query, const uint8_t *octets, size_t length, bool echo)
{
    unsigned rcode = octets[3] & 15u, in_answer = octets[6] << 8 | octets[7];
    bool truncated = octets[2] & 2;
    answers->rcodes[rcode]++;
    answers->octets += length;
    bool right = length >= query->question_end && memcmp(octets + 12, query->octets + 12, query->question_end - 12) == 0;
    if (!echo) right = right && !truncated && (query->mix == MIX_NXDOMAIN ? rcode == 3 && in_answer == 0 : rcode == 0 && in_answer > 0);

    unsigned records = in_answer + (octets[8] << 8 | octets[9]) + (octets[10] << 8 | octets[11]);
    size_t at = query->question_end;
    for (unsigned i = 0; right && i < records; i++) {
        at = skip_name(octets, length, at);
        size_t data = at + 10;
        if (at == 0 || data > length || data + (octets[at + 8] << 8 | octets[at + 9]) > length) {
            right = false;
            break;
        }
        size_t end = data + (octets[at + 8] << 8 | octets[at + 9]);
        unsigned type = octets[at] << 8 | octets[at + 1];
        if (type == 1 && i < in_answer && end - data == 4 && memcmp(octets + data, "\300\0\2", 3) == 0) answers->regions[octets[data + 3]]++;
        if (type == 46) answers->signatures++;
        if (type == 41 && has_subnet(octets, data, end)) answers->scoped++;
        at = end;
    }
    if (!right) answers->wrong++;
}
