#!/usr/bin/env python3
"""Latency at half of the load that saturates: quiet, and while the zone, the geo database and health change."""
import contextlib
import http.server
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import threading
import time

from harness import peers, settings, udp
from harness.ask import Client, second_database
from harness.servers import CannotStart, Server, cores
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

ROUNDS = min(settings.ROUNDS, 7)
GOAL = 1.2
CHECKED_PORT = 8080
FLAPPING = "192.0.2.1"
ZONE_FILE = {"gslb": "zones/example.org.zone", "gdnsd": "zones/example.org"}
DATABASE = {"gslb": "geo.mmdb", "gdnsd": "geoip/geo.mmdb"}
FLAP = {"gslb": 1, "gdnsd": 2}  # seconds of each state; gdnsd checks every 2 s at most
WINDOW = {"gslb": 8.0, "gdnsd": 16.0}  # gdnsd takes a new database 12 s after the file


class Backend(http.server.BaseHTTPRequestHandler):
    """What is checked: every region's address is this program. With `flap`, one of them fails for so many seconds, then serves for as many, and so on."""

    flap = 0

    def do_GET(self):
        fails = Backend.flap and self.connection.getsockname()[0] == FLAPPING and int(time.monotonic() / Backend.flap) % 2
        self.send_response(503 if fails else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Change:
    """What is done to a server in a busy window, and what of it was seen from outside."""

    def __init__(self, server, databases):
        self._server, self._databases, self._serial = server, databases, 1
        rnd = random.Random(1)
        self._subnets = [(rnd.randrange(20, 120), rnd.randrange(256), rnd.randrange(256)) for _ in range(48)]

    def run(self, seconds):
        """Returns (zone in force, database in force, how often health changed an answer)."""
        began, self._serial = time.monotonic(), self._serial + 1
        with Client(self._server, timeout=0.2) as client:
            before = {subnet: client.address("s0", subnet) for subnet in self._subnets}
            flapped = next((subnet for subnet, region in before.items() if region == 1), None)
            fixed = [subnet for subnet, region in before.items() if region in (2, 3)]
            Backend.flap = FLAP[self._server.name]
            self._databases.reverse()
            self._replace(self._databases[0], DATABASE[self._server.name])
            self._write_zone()
            zone = database = False
            flaps, last, turn = 0, 1, 0
            while time.monotonic() - began < seconds:
                time.sleep(0.1)
                now = flapped and client.address("s0", flapped)
                if now is not None and now != last:
                    flaps, last = flaps + 1, now
                zone = zone or client.serial() == self._serial
                turn, subnet = turn + 1, fixed[turn % len(fixed)]
                database = database or client.address("s0", subnet) not in (None, before[subnet])
            Backend.flap = 0
        return zone, database, flaps

    def _write_zone(self):
        path = os.path.join(self._server.run, ZONE_FILE[self._server.name])
        with open(path, encoding="ascii") as file:
            text = re.sub(r" hostmaster \d+ ", f" hostmaster {self._serial} ", file.read(), count=1)
        scratch = self._server.run + "/zone.new"
        with open(scratch, "w", encoding="ascii") as file:
            file.write(text)
        os.replace(scratch, path)
        if self._server.name == "gdnsd":
            subprocess.run(["gdnsdctl", "-c", self._server.run, "reload-zones"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)

    def _replace(self, source, name):
        target = os.path.join(self._server.run, name)
        shutil.copy(source, self._server.run + "/database.new")
        os.replace(self._server.run + "/database.new", target)


def waiting(server):
    """For each thread: seconds on a core, and seconds that it was ready but had none."""
    found = {}
    for pid in server.pids():
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                found[task] = [int(field) / 1e9 for field in file.read().split()[:2]]
    return found


def measure(server, zone, change, rate, round_):
    """A quiet window and a busy one, in an order that changes with the round."""
    seconds, found = WINDOW[server.name], {}
    for kind in ("quiet", "busy") if round_ % 2 == 0 else ("busy", "quiet"):
        before = waiting(server)
        load = udp.start(server, "ecs", zone, seconds=seconds, warmup=0.3, rate=rate, seed=round_ + 1)
        time.sleep(0.5)
        seen = change.run(seconds - 0.5) if kind == "busy" else None
        found[kind] = json.loads(load.communicate()[0])
        # The thread that answers is the one that ran most; threads that came meanwhile only load something.
        ran = {task: (now[0] - before[task][0], now[1] - before[task][1]) for task, now in waiting(server).items() if task in before}
        found[kind]["waited"] = 100 * max(ran.values())[1] / seconds
        if seen:
            found["seen"] = seen
        time.sleep(1.5)  # until health is as it was
    quiet, busy = found["quiet"], found["busy"]
    print(f"round {round_ + 1} of {ROUNDS}  {server.name:8} p99.9 quiet {quiet['p999_us']:.0f} us, busy {busy['p999_us']:.0f} us, lost {quiet['lost']} and {busy['lost']}; "
          f"zone, database, flaps: {found['seen']}", flush=True)
    return found


def main():
    # The checked regions and the changes share the generator's core.
    os.sched_setaffinity(0, cores(settings.GENERATOR_CPU))
    backend = http.server.ThreadingHTTPServer(("0.0.0.0", CHECKED_PORT), Backend)
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    zone = Zone(names=settings.NAMES, check_port=CHECKED_PORT)
    databases = [settings.GEO, second_database()]
    runs, rates = {}, {}
    with contextlib.ExitStack() as stack:
        started = []
        for number, peer in enumerate((p for p in settings.PEERS if peers.label(p) in WINDOW), start=1):
            try:
                server = Server(peer, zone, settings.GEO, settings.BASE_PORT + number)
            except CannotStart as reason:
                print(f"{peers.label(peer)}: cannot start: {reason}", flush=True)
                continue
            stack.callback(server.stop)
            full = statistics.median(udp.load(server, "ecs", zone, warmup=0.5, seed=i + 1)["qps"] for i in range(3))
            rates[server.name] = full / 2
            started.append((server, Change(server, list(databases))))
            print(f"{server.name}: {full:.0f} answers a second saturate", flush=True)
        for round_ in range(ROUNDS):
            for server, change in started:
                runs.setdefault(server.name, []).append(measure(server, zone, change, rates[server.name], round_))

    rows, goals = [], []
    for name, of in runs.items():
        column = lambda kind, key: [one[kind][key] for one in of]
        reached = ratio(dict(enumerate(column("busy", "p999_us"))), dict(enumerate(column("quiet", "p999_us"))))
        lost = sum(column("busy", "lost"))
        for kind in ("quiet", "busy"):
            rows.append([f"{name}, {kind}", f"{rates[name] / 1e3:.0f}", *(spread(column(kind, key), 0) for key in ("p50_us", "p99_us", "p999_us", "max_us")),
                         times(reached) if kind == "busy" else "", f"{sum(column(kind, 'lost'))} of {sum(column(kind, 'sent'))}", sum(column(kind, "wrong")), f"{statistics.median(column(kind, 'waited')):.0f}"])
        zones, changed, flaps = zip(*(one["seen"] for one in of))
        goals.append(f"- {name}: of {len(of)} busy windows, {sum(zones)} saw the new zone in force, {sum(changed)} the new database, and answers followed health {statistics.median(flaps):g} times in each.")
        if name == "gslb":
            goals.insert(0, f"- p99.9 under change {times(reached)} x the quiet one, goal {GOAL}: {'met' if reached <= GOAL else '**not met**'}; {lost} lost, goal 0: {'met' if lost == 0 else '**not met**'}.")
    parts = [
        "## Latency under change",
        f"Half of the load that saturates, random Client Subnet. Busy: the zone is written anew, the geo database of {settings.NETWORKS:,} networks replaced, and a region fails its checks every other second (gdnsd, which checks no more often than every 2 s: for 2 of 4). "
        f"{ROUNDS} rounds, in which quiet and busy windows and the servers take turns; the ratio is the median of those of each round. All threads of a server share one core. "
        "How long the answering thread waited for that core tells how much of a latency is the machine's: quiet, it waits for other programs only.",
        "\n".join(goals),
        table(["server", "k queries/s", "p50 us (min-max)", "p99 us", "p99.9 us", "longest us", "p99.9 x quiet", "lost", "wrong", "waited for its core %"], rows),
    ]
    with open(settings.OUT + "/50-latency.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
