#!/usr/bin/env python3
"""The geo database is replaced under load: when is it in service, what does that cost, is anything lost."""
import json
import os
import random
import shutil
import statistics
import time

from harness import peers, settings, threads, udp
from harness.ask import Client, second_database
from harness.servers import CannotStart, Server
from harness.tables import spread, table
from harness.zone import Zone

ROUNDS = min(settings.ROUNDS, 3)
RATE = 20_000
DATABASE = {"gslb": "geo.mmdb", "gdnsd": "geoip/geo.mmdb"}
# gdnsd waits 5 s for the file to stand still and 7 s more.
PATIENCE = {"gslb": 12.0, "gdnsd": 18.0}
BEFORE, AFTER = 2.0, 1.0


def replace(source, target):
    shutil.copy(source, target + ".new")
    os.replace(target + ".new", target)


def run(peer, first, second):
    """One start, one load, one replacement. Returns what was seen of it."""
    zone = Zone(names=1000)
    server = Server(peer, zone, first, settings.BASE_PORT + 1)
    try:
        name = peers.label(peer)
        udp.load(server, "ecs", zone, seconds=1.0, warmup=0)
        rnd = random.Random(1)
        subnets = [(rnd.randrange(20, 120), rnd.randrange(256), rnd.randrange(256)) for _ in range(64)]
        with Client(server) as client:
            old = [client.address("s0", subnet) for subnet in subnets]
            load = udp.start(server, "ecs", zone, seconds=BEFORE + PATIENCE[name] + AFTER, warmup=0.2, rate=RATE)
            time.sleep(0.5)
            clock = threads.Clock(server, threads.serving(server, 0.5))
            idle, began = clock(), time.monotonic()
            time.sleep(BEFORE - 1.0)
            idle_rate = (clock() - idle) / (time.monotonic() - began)
            steady = server.memory()
            for pid in server.pids():
                with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                    file.write("5")  # the peak from here on

            cpu, began = clock(), time.monotonic()
            replace(second, os.path.join(server.run, DATABASE[name]))
            in_service = None
            while in_service is None and time.monotonic() - began < PATIENCE[name]:
                for subnet, was in zip(subnets, old):
                    now = client.address("s0", subnet)
                    if now is not None and now != was:
                        in_service = time.monotonic() - began
                        break
                    time.sleep(0.005)
            time.sleep(AFTER)
            cost = clock() - cpu - idle_rate * (time.monotonic() - began)
            peak, after = server.memory().peak, server.memory().rss
        answers = json.loads(load.communicate()[0])
        print(f"{name:8} in service after {in_service or -1:.2f} s, {cost:.2f} s CPU, {answers['lost']} of {answers['sent']} lost, peak {peak:.0f} of {steady.rss:.0f} MiB", flush=True)
        return {"seconds": in_service, "cpu": cost, "before": steady.rss, "peak": peak, "after": after, **{key: answers[key] for key in ("lost", "sent", "wrong", "p999_us", "max_us")}}
    finally:
        server.stop()


def main():
    second, runs = second_database(), {}
    for _ in range(ROUNDS):
        for peer in (p for p in settings.PEERS if peers.label(p) in DATABASE):
            try:
                runs.setdefault(peers.label(peer), []).append(run(peer, settings.GEO, second))
            except CannotStart as reason:
                print(f"{peers.label(peer)}: cannot start: {reason}", flush=True)
    rows, medians = [], {}
    for name, of in runs.items():
        column = lambda key: [one[key] for one in of]
        seen = [seconds for seconds in column("seconds") if seconds is not None]
        medians[name] = {key: statistics.median(column(key)) for key in ("cpu", "peak", "before")} | {"seconds": statistics.median(seen) if len(seen) == len(of) else float("inf")}
        rows.append([name, spread(seen) if seen else "not seen", spread(column("cpu")), f"{sum(column('lost'))} of {sum(column('sent'))}", sum(column("wrong")),
                     *(f"{statistics.median(column(key)):.0f}" for key in ("before", "peak", "after")), f"{statistics.median(column('p999_us')):.0f}"])
    goals = []
    if "gslb" in medians:
        ours = medians["gslb"]
        when = "Not in service in time in each run" if ours["seconds"] == float("inf") else f"In service after {ours['seconds']:.2f} s"
        goals.append(f"- {when}, goal 2 s: {'met' if ours['seconds'] <= 2 else '**not met**'}.")
        if "gdnsd" in medians:
            ratio = ours["cpu"] / medians["gdnsd"]["cpu"]
            goals.append(f"- CPU {ratio:.2f} x gdnsd's, goal 1.50: {'met' if ratio <= 1.5 else '**not met**'}.")
        goals.append(f"- Peak {ours['peak'] / ours['before']:.2f} x the memory before, goal 2: {'met' if ours['peak'] <= 2 * ours['before'] else '**not met**'}.")
        lost = sum(one["lost"] for one in runs["gslb"])
        goals.append(f"- {lost} queries lost, goal 0: {'met' if lost == 0 else '**not met**'}.")
    parts = [
        "## A new geo database under load",
        f"{settings.NETWORKS:,} networks, replaced by another such file while {RATE:,} queries a second with random Client Subnet go on; {ROUNDS} starts of each server, in turn. In service: "
        "when the first of 64 subnets is answered differently. CPU: of all threads but those that answer, less what these use otherwise.",
        "\n".join(goals),
        table(["server", "in service s (min-max)", "CPU s (min-max)", "lost", "wrong", "RSS before MiB", "peak MiB", "after MiB", "p99.9 us"], rows),
    ]
    with open(settings.OUT + "/40-geo-reload.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
