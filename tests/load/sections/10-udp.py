#!/usr/bin/env python3
"""CPU time by answer over UDP, for each mix and server, in rounds; and the goals for it."""
import json
import statistics
import time

from harness import peers, settings, udp
from harness.servers import running
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

MIXES = ["static", "nxdomain", "steered", "ecs"]
WARM = 5_000 if settings.QUICK else 100_000  # answers
ANY = dict.fromkeys(MIXES)
# Ours is to cost at most so many times the other's CPU time.
GOALS = {
    "echo": ANY | {"static": 1.05, "nxdomain": 1.05, "steered": 1.05, "ecs": 1.08},
    "gdnsd": ANY | {"static": 1.00, "nxdomain": 1.00, "steered": 1.00, "ecs": 0.90},
    "nsd": dict.fromkeys(MIXES, 0.90),
    "knot": dict.fromkeys(MIXES, 0.80),
    "bind": dict.fromkeys(MIXES, 0.50),
    "pdns": ANY | {"steered": 0.30, "ecs": 0.30},
}


def warm(server, zone):
    """So many answers of each mix that a JIT compiler has seen enough; on a busy machine that takes longer, but not for ever."""
    for mix in MIXES:
        answered, began = 0, time.monotonic()
        while answered < WARM and time.monotonic() - began < 15:
            answered += udp.load(server, mix, zone, seconds=0.5, warmup=0)["answered"]


def measure(servers, zone):
    """Returns {(mix, server): {round: what udpload said}}; writes each to out/udp.jsonl too."""
    for server in servers:
        warm(server, zone)
        print(f"{server.name}: warm", flush=True)

    runs = {}
    total, began = settings.ROUNDS * len(MIXES) * len(servers), time.monotonic()
    with open(settings.OUT + "/udp.jsonl", "w", encoding="ascii") as raw:
        for round_ in range(settings.ROUNDS):
            turn = round_ % len(servers)
            for mix in MIXES:
                for server in servers[turn:] + servers[:turn]:  # nobody is always first
                    run = udp.load(server, mix, zone, seed=round_ + 1)
                    runs.setdefault((mix, server.name), {})[round_] = run
                    raw.write(json.dumps({"round": round_, "server": server.name, **run}) + "\n")
                    done = sum(map(len, runs.values()))
                    left = (time.monotonic() - began) / done * (total - done)
                    print(f"round {round_ + 1} of {settings.ROUNDS}  {mix:9}{server.name:8}{run['cpu_us']:6.2f} us  {run['qps'] / 1e3:4.0f} k/s  "
                          f"{run['lost']} lost  {run['wrong']} wrong   {total - done} runs left, {left:.0f} s", flush=True)
    return runs


def wrong(runs, mix, name):
    return sum(run["wrong"] for run in runs[mix, name].values())


def costs(runs, mix, name):
    """By round. Nothing when answers were wrong: what such a server costs is no figure to compare with."""
    if (mix, name) not in runs or wrong(runs, mix, name):
        return {}
    return {round_: run["cpu_us"] for round_, run in runs[mix, name].items()}


def mix_table(runs, mix, names, missing):
    rows = []
    for name in names:
        if name in missing:
            rows.append([name, f"cannot start: {missing[name]}"] + [""] * 9)
            continue
        if wrong(runs, mix, name):
            rows.append([name, f"{wrong(runs, mix, name)} of {sum(run['answered'] for run in runs[mix, name].values())} answers were wrong"] + [""] * 9)
            continue
        of = list(runs[mix, name].values())
        median = lambda key: statistics.median(run[key] for run in of)
        rows.append([
            name + (" (fixed answer)" if name in peers.FIXED and mix in ("steered", "ecs") else ""),
            spread([run["cpu_us"] for run in of]), *(times(ratio(costs(runs, mix, name), costs(runs, mix, base))) for base in ("echo", "gdnsd", "gslb")),
            spread([run["qps"] / 1e3 for run in of], 0), f"{100 * median('server_busy'):.0f}", *(f"{median(key):.0f}" for key in ("p50_us", "p99_us", "p999_us")),
            sum(run["lost"] for run in of),
        ])
    head = ["server", "CPU us/answer (min-max)", "x echo", "x gdnsd", "x gslb", "k answers/s", "server busy %", "p50 us", "p99 us", "p99.9 us", "lost"]
    return f"### {mix}: {udp.MIXES[mix]}\n\n" + table(head, rows)


def goal_table(runs):
    rows = []
    for other, limits in GOALS.items():
        row = [other]
        for mix in MIXES:
            reached = ratio(costs(runs, mix, "gslb"), costs(runs, mix, other))
            verdict = "" if limits[mix] is None or reached is None else f", goal {limits[mix]:.2f}: {'met' if reached <= limits[mix] else '**not met**'}"
            row.append("-" if reached is None else f"{reached:.3f}{verdict}")  # so fine that 0.90 is never "not met" of 0.90
        rows.append(row)
    return table(["gslb costs, times", *MIXES], rows)


def answer_table(runs, names):
    rows = []
    for name in names:
        of = list(runs["ecs", name].values())
        answered = sum(run["answered"] for run in of) or 1
        regions = [sum(run["regions"].get(str(i), 0) for run in of) for i in (1, 2, 3)]
        rows.append([name, f"{100 * sum(run['scoped'] for run in of) / answered:.0f}", " / ".join(f"{100 * count / answered:.0f}" for count in regions),
                     f"{statistics.median(run['octets'] for run in of):.0f}"])
    return table(["ecs", "with Client Subnet %", "America / Europe / Asia %", "octets"], rows)


def main():
    zone = Zone(names=settings.NAMES)
    with running(settings.PEERS, zone, settings.GEO) as (servers, missing):
        runs = measure(servers, zone)
    names = [peers.label(peer) for peer in settings.PEERS]
    parts = [
        "## UDP",
        f"Closed loop, 192 queries on their way, {settings.ROUNDS} interleaved rounds; ratios are medians of the ratios of each round. What gslb costs, times the others' CPU time by answer:",
        goal_table(runs),
        *(mix_table(runs, mix, names, missing) for mix in MIXES),
        "What the answers held, so that nobody is fast by answering less (by continent for Knot and PowerDNS, by distance for gslb and gdnsd; NSD and BIND do not steer):",
        answer_table(runs, [server.name for server in servers if server.name != "echo"]),
    ]
    with open(settings.OUT + "/10-udp.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
