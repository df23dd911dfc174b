#!/usr/bin/env python3
"""CPU time by answer over UDP of a signed zone beside the same zone unsigned, all queries with DO, every signature there already."""
from harness import settings, udp
from harness.servers import running
from harness.tables import ratio, spread, table, times
from harness.zone import Zone

MIXES = ["steered", "ecs", "static", "nxdomain"]
GOAL = 1.25  # times unsigned, for steered answers


def measure(servers, zone):
    """Returns {(mix, server): {round: what udpload said}}."""
    for server in servers:
        for mix in MIXES:
            udp.load(server, mix, zone, seconds=0.5 if settings.QUICK else 4.0, warmup=0, dnssec=True)
    runs = {}
    for round_ in range(settings.ROUNDS):
        for mix in MIXES:
            for server in servers if round_ % 2 == 0 else servers[::-1]:
                run = udp.load(server, mix, zone, seed=round_ + 1, dnssec=True)
                runs.setdefault((mix, server.name), {})[round_] = run
                print(f"round {round_ + 1} of {settings.ROUNDS}  {mix:9}{server.name:8}{run['cpu_us']:6.2f} us  {run['signatures'] / max(1, run['answered']):.1f} signatures an answer  "
                      f"{run['lost']} lost  {run['wrong']} wrong", flush=True)
    return runs


def main():
    zone = Zone(names=settings.NAMES)
    with running(["gslb", "signed"], zone, settings.GEO) as (servers, missing):
        if missing:
            raise SystemExit(str(missing))
        runs = measure(servers, zone)
    cost = lambda mix, name: {round_: run["cpu_us"] for round_, run in runs[mix, name].items()}
    each = lambda mix, name, key: [run[key] for run in runs[mix, name].values()]
    rows = [[
        mix, spread(each(mix, "gslb", "cpu_us")), spread(each(mix, "signed", "cpu_us")), times(ratio(cost(mix, "signed"), cost(mix, "gslb"))),
        f"{sum(each(mix, 'signed', 'signatures')) / sum(each(mix, 'signed', 'answered')):.1f}", f"{sum(each(mix, 'signed', 'octets')) / len(each(mix, 'signed', 'octets')):.0f}",
        f"{sum(each(mix, 'signed', 'lost'))} / {sum(each(mix, 'signed', 'wrong'))}",
    ] for mix in MIXES]
    verdicts = [f"{mix} {times(reached)}, {'met' if reached <= GOAL else '**not met**'}" for mix in ("steered", "ecs") if (reached := ratio(cost(mix, "signed"), cost(mix, "gslb")))]
    with open(settings.OUT + "/65-signed.md", "w", encoding="utf-8") as out:
        out.write("## Signed answers\n\nThe same zone with and without keys (ECDSA P-256, NSEC), every query with DO, the cache of signatures warm.\n\n"
                  + table(["mix", "unsigned: CPU us/answer (min-max)", "signed", "x unsigned", "signatures an answer", "octets", "lost / wrong"], rows).strip()
                  + f"\n\nGoal for steered answers, at most {GOAL} x unsigned: {'; '.join(verdicts)}.\n")


main()
