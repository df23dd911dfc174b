/* udpecho: what a DNS server costs that does nothing. Sends each datagram back with its QR bit set; one thread and one SO_REUSEPORT
 * socket per worker, recvmmsg and sendmmsg of up to 32 datagrams.
 *
 *   udpecho --address ADDRESS --port PORT [--workers N]
 */
#define _GNU_SOURCE
#include "address.h"
#include <getopt.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 32, LONGEST = 2048 };

static struct sockaddr_storage local;

static int listener(void)
{
    int fd = socket(local.ss_family, SOCK_DGRAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof local) != 0) {
        perror("udpecho: bind");
        exit(1);
    }
    return fd;
}

static void *echo(void *unused)
{
    (void)unused;
    int fd = listener();
    uint8_t(*data)[LONGEST] = calloc(BATCH, LONGEST);
    struct sockaddr_storage from[BATCH];
    struct iovec octets[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        octets[i].iov_base = data[i];
        messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_iov = &octets[i], .msg_iovlen = 1 };
    }
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            octets[i].iov_len = LONGEST;
            messages[i].msg_hdr.msg_namelen = sizeof from[i];
        }
        int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < count; i++) {
            data[i][2] |= 0x80;
            octets[i].iov_len = messages[i].msg_len;
        }
        for (int sent = 0, done; sent < count; sent += done) {
            done = sendmmsg(fd, messages + sent, (unsigned)(count - sent), 0);
            if (done <= 0) done = 1; /* the datagram cannot be sent: a server drops it */
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "address", 1, NULL, 'a' }, { "port", 1, NULL, 'p' }, { "workers", 1, NULL, 'w' }, { 0 } };
    const char *address = "127.0.0.1";
    int port = 0, workers = 1;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'a': address = optarg; break;
        case 'p': port = atoi(optarg); break;
        case 'w': workers = atoi(optarg); break;
        default: return 2;
        }
    }
    if (!address_parse(address, port, &local)) {
        fprintf(stderr, "udpecho: \"%s\" is no address\n", address);
        return 2;
    }
    for (int i = 1; i < workers; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, echo, NULL) != 0) return 1;
    }
    echo(NULL);
}
