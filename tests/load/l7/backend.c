/* backend PORT [DELAY_MS]: an HTTP/1.1 backend of one thread. Every request is answered with 128 octets, after the delay; requests are taken to have no content.
 * At SIGTERM it says how many it answered. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { WAITING = 1 << 16 };
static struct { int fd; double due; } queue[WAITING]; /* all wait equally long: first in, first out */
static unsigned head, tail;
static unsigned long answered;
static volatile sig_atomic_t stop;

static void on_term(int signal) { (void)signal; stop = 1; }

static double now_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void answer(int fd)
{
  static char text[256];
  static int length;
  if (!length) length = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 128\r\n\r\n%0128d", 0);
  if (write(fd, text, length) == length) answered++;
}

int main(int argc, char **argv)
{
  double delay = argc > 2 ? atof(argv[2]) : 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, poll = epoll_create1(0);
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) { perror("backend"); return 1; }
  signal(SIGTERM, on_term);
  signal(SIGPIPE, SIG_IGN);
  struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[256];
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  while (!stop) {
    int wait = head == tail ? 200 : (int)(queue[head % WAITING].due - now_ms() + 1);
    int count = epoll_wait(poll, events, 256, wait < 0 ? 0 : wait);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          event.data.fd = fd;
          epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
        }
        continue;
      }
      char buffer[16384];
      ssize_t length = read(fd, buffer, sizeof buffer);
      if (length <= 0) { close(fd); continue; }
      if (!memmem(buffer, length, "\r\n\r\n", 4)) continue;
      if (delay == 0) answer(fd);
      else { queue[tail % WAITING].fd = fd; queue[tail++ % WAITING].due = now_ms() + delay; }
    }
    while (head != tail && queue[head % WAITING].due <= now_ms()) answer(queue[head++ % WAITING].fd);
  }
  printf("%lu\n", answered);
  return 0;
}
