#!/usr/bin/env python3
"""From exec to the first answer, and memory when warm: with a geo database, and with a million names."""
import statistics

from harness import peers, settings, udp
from harness.servers import CannotStart, Server
from harness.tables import spread, table
from harness.zone import Zone

ROUNDS = min(settings.ROUNDS, 5)
MANY = 20_000 if settings.QUICK else 1_000_000
STEERING = ["gslb", "gdnsd", "knot", "pdns"]
SECONDARY = ["gslb", "gdnsd", "knot", "nsd", "bind"]


def measure(names, zone, geo, mix):
    """Starts each server in turn, asks for a while, and returns ({server: [(seconds, CPU seconds, memory)]}, {server: why not})."""
    runs, missing = {}, {}
    for round_ in range(ROUNDS):
        for peer in (p for p in settings.PEERS if peers.label(p) in names and peers.label(p) not in missing):
            try:
                server = Server(peer, zone, geo, settings.BASE_PORT + 1)
            except CannotStart as reason:
                missing[peers.label(peer)] = str(reason)
                continue
            try:
                load = udp.load(server, mix, zone, seconds=settings.SECONDS, warmup=0)
                runs.setdefault(server.name, []).append((server.seconds_to_answer, server.cpu_to_answer, server.memory()))
                print(f"round {round_ + 1} of {ROUNDS}  {server.name:8} first answer {server.seconds_to_answer:.2f} s, {server.memory().rss:.0f} MiB, {load['wrong']} wrong", flush=True)
            finally:
                server.stop()
    return runs, missing


def start_table(runs, missing):
    rows = []
    for name, of in runs.items():
        seconds, cpu, memory = zip(*of)
        rows.append([name, spread(seconds), spread(cpu), *(f"{statistics.median(getattr(m, kind) for m in memory):.0f}" for kind in ("rss", "pss", "peak"))])
    rows += [[name, f"cannot start: {reason}", "", "", "", ""] for name, reason in missing.items()]
    return table(["server", "first answer s (min-max)", "CPU s by then", "RSS MiB", "PSS MiB", "peak RSS MiB"], rows)


def goal(what, reached, limit, unit):
    return f"- {what}: {reached:.2f} {unit}, goal {limit:.2f} {unit}: {'met' if reached <= limit else '**not met**'}."


def median(runs, name, pick):
    return statistics.median(pick(run) for run in runs[name])


def main():
    seconds, cpu, resident, peak = (lambda run: run[0]), (lambda run: run[1]), (lambda run: run[2].rss), (lambda run: run[2].peak)
    small, small_missing = measure(STEERING, Zone(names=1000), settings.GEO, "ecs")
    large, large_missing = measure(SECONDARY, Zone(names=MANY), None, "static")
    goals = []
    if "gslb" in small:
        goals += [goal(f"First answer with the geo database ({median(small, 'gslb', cpu):.2f} s of CPU)", median(small, "gslb", seconds), 0.8, "s"), goal("Memory with it (RSS)", median(small, "gslb", resident), 90, "MiB"),
                  goal("Its peak, times what stays", median(small, "gslb", peak) / median(small, "gslb", resident), 2, "x")]
    if "gslb" in large:
        if "knot" in large:
            goals.append(goal(f"First answer with {MANY:,} names ({median(large, 'gslb', cpu):.2f} s of CPU), against Knot's ({median(large, 'knot', cpu):.2f} s)", median(large, "gslb", seconds), median(large, "knot", seconds), "s"))
        if "gdnsd" in large:
            goals.append(goal(f"Memory with {MANY:,} names, times gdnsd's (RSS)", median(large, "gslb", resident) / median(large, "gdnsd", resident), 1.5, "x"))
        goals.append(goal("Its peak, times what stays", median(large, "gslb", peak) / median(large, "gslb", resident), 2, "x"))
    parts = [
        "## Start and memory",
        f"From exec to the first answer, and memory after {settings.SECONDS:g} s of full load; medians of {ROUNDS} starts, in turn, each server alone.",
        "\n".join(goals),
        f"### 1,000 names, a geo database of {settings.NETWORKS:,} networks\n\n" + start_table(small, small_missing),
        f"### {MANY:,} names, {2 * MANY:,} records, from a zone file\n\n" + start_table(large, large_missing),
        "On a busy machine the first answer waits for a core; CPU time by then tells what it costs. NSD's processes share pages: its PSS counts. Knot and PowerDNS map the geo database and count what of it was touched.",
    ]
    with open(settings.OUT + "/30-start-memory.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
