#!/usr/bin/env python3
"""What viewers of the dashboard cost a node that has much to do."""
import json
import socket
import threading
import time

from harness import settings, threads, udp
from harness.peers.gslb import ADMIN
from harness.servers import Server
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

VIEWERS = 10
RATE = 10_000 if settings.QUICK else 100_000
SECONDS = 2.0 if settings.QUICK else 5.0
ROUNDS = min(settings.ROUNDS, 5)


class Viewer:
    """Reads what the page reads: /api/v1/live, until it is closed."""

    def __init__(self, port):
        self.frames = 0
        for _ in range(100):  # DNS answers before HTTP does
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"nothing listens for HTTP on port {port}")
        self._socket.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while chunk := self._socket.recv(65536):
            self.frames += chunk.count(b"event: frame")

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


def run(server, zone, viewers, seed):
    """Returns the share of a core that all but answering takes, CPU us by answer, frames a viewer and second, answers a second, and how many were lost or wrong."""
    load = udp.start(server, "ecs", zone, seconds=SECONDS + 1.5, warmup=0.2, rate=RATE, seed=seed)
    watching = [Viewer(server.port + ADMIN) for _ in range(viewers)]
    clock = threads.Clock(server, threads.serving(server, 1.0))
    before, began, frames = clock(), time.monotonic(), sum(viewer.frames for viewer in watching)
    time.sleep(SECONDS)
    elapsed = time.monotonic() - began
    share = (clock() - before) / elapsed
    seen = (sum(viewer.frames for viewer in watching) - frames) / elapsed / max(1, viewers)
    for viewer in watching:
        viewer.close()
    answers = json.loads(load.communicate()[0])
    return share, answers["cpu_us"], seen, answers["answered"] / (SECONDS + 1.5), answers["lost"] + answers["wrong"]


def main():
    zone = Zone(names=settings.NAMES)
    server = Server("gslb", zone, settings.GEO, settings.BASE_PORT + 1)
    try:
        runs = {0: {}, VIEWERS: {}}
        for warming in range(2 if settings.QUICK else 40):  # what a young program compiles is no part of it
            run(server, zone, VIEWERS if warming % 2 else 0, 1)
            if warming > 4 and not threads.compiles(server):
                break
        for round_ in range(ROUNDS):
            for viewers in (0, VIEWERS) if round_ % 2 else (VIEWERS, 0):
                one = run(server, zone, viewers, round_ + 1)
                runs[viewers][round_] = one
                print(f"{viewers:2} viewers: {100 * one[0]:.2f} % of a core beside answering, {one[1]:.2f} us by answer, {one[2]:.2f} frames a second, {one[3]:,.0f} answers a second", flush=True)
    finally:
        server.stop()
    column = lambda viewers, i: {round_: one[i] for round_, one in runs[viewers].items()}
    added = [100 * (runs[VIEWERS][round_][0] - runs[0][round_][0]) for round_ in runs[0]]
    rows = [[viewers, spread([100 * share for share in column(viewers, 0).values()]), spread(list(column(viewers, 1).values())), spread(list(column(viewers, 2).values())),
             spread([rate / 1e3 for rate in column(viewers, 3).values()], 0), sum(column(viewers, 4).values())] for viewers in runs]
    with open(settings.OUT + "/87-dashboard.md", "w", encoding="utf-8") as out:
        out.write(f"## Viewers of the dashboard\n\n{RATE:,} queries a second with random Client Subnet, and beside them {VIEWERS} readers of the dashboard's stream or none, {ROUNDS} rounds. CPU of all threads but those that answer.\n\n"
                  + table(["viewers", "% of a core (min-max)", "CPU us/answer (min-max)", "frames/s a viewer", "k answers/s", "lost or wrong"], rows)
                  + f"\n* {VIEWERS} viewers take {spread(added)} % of a core (goal: under 2), and {times(ratio(column(VIEWERS, 1), column(0, 1)))} x the CPU of an answer.\n")


main()
