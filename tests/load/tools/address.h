/* Addresses of both families. */
#ifndef ADDRESS_H
#define ADDRESS_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Returns false if the text is no address. */
static inline bool address_parse(const char *text, int port, struct sockaddr_storage *address)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;
    *address = (struct sockaddr_storage){ 0 };
    if (inet_pton(AF_INET, text, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons((uint16_t)port);
        return true;
    }
    if (inet_pton(AF_INET6, text, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons((uint16_t)port);
        return true;
    }
    return false;
}

/* The octets of the address; 4 or 16 of them. */
static inline uint8_t *address_octets(struct sockaddr_storage *address, unsigned *count)
{
    *count = address->ss_family == AF_INET ? 4 : 16;
    return address->ss_family == AF_INET ? (uint8_t *)&((struct sockaddr_in *)address)->sin_addr : (uint8_t *)&((struct sockaddr_in6 *)address)->sin6_addr;
}
#endif
