#!/usr/bin/env python3
"""CPU time by answer over TCP connections that stay open."""
import statistics

from harness import peers, settings, tcp
from harness.servers import running
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

CONNECTIONS = 20
GOAL = 1.00  # times gdnsd
WINDOWS = {10: "200 queries on their way in all", 200: "200 on each"}


def measure(servers, zone):
    """Returns {(window, server): {round: what tcpload said}}."""
    for server in servers:
        tcp.load(server, zone, CONNECTIONS, 10, seconds=0.3 if settings.QUICK else 3.0, warmup=0)
    runs = {}
    for round_ in range(settings.ROUNDS):
        turn = round_ % len(servers)
        for window in WINDOWS:
            for server in servers[turn:] + servers[:turn]:
                run = tcp.load(server, zone, CONNECTIONS, window, seed=round_ + 1)
                runs.setdefault((window, server.name), {})[round_] = run
                print(f"round {round_ + 1} of {settings.ROUNDS}  window {window:3}  {server.name:8}{run['cpu_us']:6.2f} us  {run['qps'] / 1e3:4.0f} k/s  "
                      f"{run['lost']} lost  {run['wrong']} wrong  {run['closed']} closed", flush=True)
    return runs


def window_table(runs, window, names):
    cost = lambda name: {round_: run["cpu_us"] for round_, run in runs.get((window, name), {}).items()}
    rows = []
    for name in names:
        of = list(runs[window, name].values())
        rows.append([
            name, spread([run["cpu_us"] for run in of]), times(ratio(cost(name), cost("gdnsd"))), spread([run["qps"] / 1e3 for run in of], 0),
            f"{100 * statistics.median(run['server_busy'] for run in of):.0f}", *(f"{statistics.median(run[key] for run in of):.0f}" for key in ("p50_us", "p99_us")),
            f"{sum(run['lost'] for run in of)} / {sum(run['wrong'] for run in of)} / {sum(run['closed'] for run in of)}",
        ])
    reached = ratio(cost("gslb"), cost("gdnsd"))
    verdict = "" if reached is None else f"\n\nGoal, at most {GOAL:.2f} x gdnsd: {times(reached)}, {'met' if reached <= GOAL else '**not met**'}."
    head = ["server", "CPU us/answer (min-max)", "x gdnsd", "k answers/s", "server busy %", "p50 us", "p99 us", "lost / wrong / closed connections"]
    return f"### {CONNECTIONS} connections, {WINDOWS[window]}\n\n" + table(head, rows).strip() + verdict


def main():
    zone = Zone(names=settings.NAMES)
    with running([peer for peer in settings.PEERS if peers.label(peer) != "echo"], zone, settings.GEO) as (servers, _):
        runs = measure(servers, zone)
    names = [server.name for server in servers]
    parts = ["## TCP, connections kept open", *(window_table(runs, window, names) for window in WINDOWS)]
    with open(settings.OUT + "/60-tcp.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
