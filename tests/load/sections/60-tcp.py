#!/usr/bin/env python3
"""CPU time by answer over TCP connections that stay open."""
import statistics

from harness import peers, settings, tcp
from harness.servers import running
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

GOAL = 1.00  # times gdnsd
LOADS = [(1, 1), (20, 10), (20, 200), (200, 2)]  # connections, queries on their way on each


def measure(servers, zone):
    """Returns {(load, server): {round: what tcpload said}}."""
    for server in servers:
        tcp.load(server, zone, 20, 10, seconds=0.3 if settings.QUICK else 3.0, warmup=0)
    runs = {}
    for round_ in range(settings.ROUNDS):
        turn = round_ % len(servers)
        for connections, window in LOADS:
            for server in servers[turn:] + servers[:turn]:
                run = tcp.load(server, zone, connections, window, seed=round_ + 1)
                runs.setdefault(((connections, window), server.name), {})[round_] = run
                print(f"round {round_ + 1} of {settings.ROUNDS}  {connections:3} x {window:3}  {server.name:8}{run['cpu_us']:6.2f} us  {run['qps'] / 1e3:4.0f} k/s  "
                      f"{run['lost']} lost  {run['wrong']} wrong  {run['closed']} closed", flush=True)
    return runs


def load_table(runs, load, names):
    cost = lambda name: {round_: run["cpu_us"] for round_, run in runs.get((load, name), {}).items()}
    rows = []
    for name in names:
        of = list(runs[load, name].values())
        rows.append([
            name, spread([run["cpu_us"] for run in of]), times(ratio(cost(name), cost("gdnsd"))), spread([run["qps"] / 1e3 for run in of], 0),
            f"{100 * statistics.median(run['server_busy'] for run in of):.0f}", *(f"{statistics.median(run[key] for run in of):.0f}" for key in ("p50_us", "p99_us")),
            f"{sum(run['lost'] for run in of)} / {sum(run['wrong'] for run in of)} / {sum(run['closed'] for run in of)}",
        ])
    reached = ratio(cost("gslb"), cost("gdnsd"))
    verdict = "" if reached is None else f"\n\nGoal, at most {GOAL:.2f} x gdnsd: {times(reached)}, {'met' if reached <= GOAL else '**not met**'}."
    head = ["server", "CPU us/answer (min-max)", "x gdnsd", "k answers/s", "server busy %", "p50 us", "p99 us", "lost / wrong / closed connections"]
    connections, window = load
    return f"### {connections} connection{'s' * (connections > 1)}, {window} on {'each' if connections > 1 else 'it'}\n\n" + table(head, rows).strip() + verdict


def main():
    zone = Zone(names=settings.NAMES)
    with running([peer for peer in settings.PEERS if peers.label(peer) != "echo"], zone, settings.GEO) as (servers, _):
        runs = measure(servers, zone)
    names = [server.name for server in servers]
    parts = ["## TCP, connections kept open", *(load_table(runs, load, names) for load in LOADS)]
    with open(settings.OUT + "/60-tcp.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
