#!/usr/bin/env python3
"""UDP around the kernel (AF_XDP) beside sockets and beside Knot's, in two network namespaces joined by veth; queries from kxdpgun, which goes around the kernel too.

Runs itself again in a namespace of its own, which is the client's.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys

from harness import settings, udp
from harness.servers import CannotStart, Server
from harness.tables import ratio, spread, table, times
from harness.zone import ORIGIN, Zone

SERVERS = {"knot-xdp": ("knot", True), "gslb-xdp": ("gslb", True), "gslb": ("gslb", False)}
RATE = 20_000 if settings.QUICK else 60_000  # queries a second that all can answer: what an answer costs depends on how many come together
FLOOD = 400_000
SECONDS = 1 if settings.QUICK else 3
SOURCES = "128.1.0.0/16"  # addresses that the geo database knows


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


class Wire:
    """A cable to the namespace of the servers, one for each: two programs cannot share an interface."""

    def __init__(self, number, holder):
        self.interface, self.server, self.client = f"wire{number}", f"10.9.{number}.1", f"10.9.{number}.2"
        inside = [f"--net=/proc/{holder}/ns/net"]
        self.enter = ["nsenter", *inside]
        ip("link", "add", self.interface, "type", "veth", "peer", "name", self.interface, "netns", str(holder))
        ip("address", "add", self.client + "/24", "dev", self.interface)
        ip("link", "set", self.interface, "up")
        subprocess.run([*self.enter, "ip", "address", "add", self.server + "/24", "dev", self.interface], check=True)
        subprocess.run([*self.enter, "ip", "link", "set", self.interface, "up"], check=True)


def gun(server, wire, queries, rate, sources=None):
    """Returns queries sent, replies, and CPU seconds of the server."""
    file = os.path.join(settings.OUT, "run", "queries")
    with open(file, "w", encoding="ascii") as out:
        out.writelines(f"{name}.{ORIGIN} A E\n" for name in queries)
    before = server.cpu_seconds()
    command = ["kxdpgun", "-t", str(SECONDS), "-Q", str(rate), "-F", settings.GENERATOR_CPU, "-i", file, "-I", wire.interface, "-p", str(server.port)]
    text = subprocess.run([*command, *(["-l", sources] if sources else []), wire.server], capture_output=True, text=True, check=True).stdout
    found = {key: int(re.search(rf"total {key}:\s+(\d+)", text)[1]) for key in ("queries", "replies")}
    return found["queries"], found["replies"], server.cpu_seconds() - before


def measure(servers, wires, zone):
    mixes = {"static": (list(zone.static_names()), None, list(servers)), "steered, by source": (list(zone.steered_names()), SOURCES, ["gslb-xdp", "gslb"])}
    costs, ecs, answered, sustained = {}, {}, {}, {}
    for round_ in range(-1, settings.ROUNDS):
        for mix, (names, sources, among) in mixes.items():
            for name in among if round_ % 2 == 0 else among[::-1]:
                _, replies, cpu = gun(servers[name], wires[name], names, RATE, sources)
                if round_ >= 0:  # the first warms up
                    costs.setdefault((mix, name), {})[round_] = cpu / replies * 1e6
        for name in ("gslb-xdp", "gslb"):
            for mix in ("static", "ecs"):
                run = udp.load(servers[name], mix, zone, seconds=SECONDS, seed=round_ + 2)
                if round_ >= 0:
                    ecs.setdefault((mix, name), {})[round_] = run["cpu_us"]
        if round_ >= 0:
            for name in servers:
                sent, replies, _ = gun(servers[name], wires[name], mixes["static"][0], FLOOD)
                sustained.setdefault(name, []).append(replies / SECONDS)
                answered.setdefault(name, []).append(100 * replies / sent)
            print(f"round {round_ + 1} of {settings.ROUNDS}  " + "  ".join(f"{mix} {name} {cost[round_]:.2f} us" for (mix, name), cost in costs.items()), flush=True)
    return costs, ecs, sustained, answered


def report(costs, ecs, sustained, answered, memory):
    values = lambda figures: spread(list(figures.values()))
    between = lambda one, other: times(ratio(one, other))
    rows = [[mix, name, values(cost), between(cost, costs[mix, "gslb"]), between(cost, costs[mix, "knot-xdp"]) if (mix, "knot-xdp") in costs else "-"] for (mix, name), cost in costs.items()]
    rows += [[mix + ", asked through sockets", name, values(cost), between(cost, ecs[mix, "gslb"]), "-"] for (mix, name), cost in ecs.items()]
    floods = [[name, f"{min(rates):,.0f} - {max(rates):,.0f}", f"{min(answered[name]):.0f} - {max(answered[name]):.0f}"] for name, rates in sustained.items()]
    goals = [
        f"static at most 1.0 x Knot's: {between(costs['static', 'gslb-xdp'], costs['static', 'knot-xdp'])}" if ("static", "knot-xdp") in costs else "Knot is not there",
        f"steered at most 1.2 x static: {between(costs['steered, by source', 'gslb-xdp'], costs['static', 'gslb-xdp'])} by source, {between(ecs['ecs', 'gslb-xdp'], ecs['static', 'gslb-xdp'])} with Client Subnet",
        f"steered at most 0.6 x sockets: {between(costs['steered, by source', 'gslb-xdp'], costs['steered, by source', 'gslb'])} by source, {between(ecs['ecs', 'gslb-xdp'], ecs['ecs', 'gslb'])} with Client Subnet, asked through sockets",
        f"memory beyond sockets at most 64 MiB a queue: {memory['gslb-xdp'] - memory['gslb']:.0f} MiB",
    ]
    with open(settings.OUT + "/85-xdp.md", "w", encoding="utf-8") as out:
        out.write("## Around the kernel\n\nAF_XDP on veth (native mode, copies), one queue, queries from kxdpgun; and, for Client Subnet, which it cannot write, from udpload, whose sockets take their answers in the "
                  f"server's time. {RATE:,} queries a second.\n\n"
                  + table(["mix", "server", "CPU us/answer (min-max)", "x our sockets", "x Knot's AF_XDP"], rows) + "\n"
                  + table(["under a flood", "answered a second", "% of what was sent"], floods)
                  + "\n" + "\n".join(f"* {goal}" for goal in goals) + "\n")


def main():
    if shutil.which("kxdpgun") is None:
        raise SystemExit("kxdpgun is not installed")
    zone = Zone(names=settings.NAMES)
    os.makedirs(settings.OUT + "/run", exist_ok=True)
    with contextlib.ExitStack() as stack:
        holder = stack.enter_context(subprocess.Popen(["unshare", "--net", "sleep", "infinity"]))
        stack.callback(holder.kill)
        while os.readlink(f"/proc/{holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            pass
        for inside in ([], ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]):
            subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        wires, servers = {}, {}
        for number, (name, (peer, around)) in enumerate(SERVERS.items(), 1):
            wire = Wire(number, holder.pid)
            try:
                servers[name] = Server(peer, zone, settings.GEO if peer == "gslb" else None, settings.BASE_PORT + number, wire.server, inside=wire.enter, xdp=wire.interface if around else "", label=name)
            except CannotStart as reason:
                print(name, reason)
                continue
            wires[name] = wire
            stack.callback(servers[name].stop)
        # Sockets need a way back to the many sources.
        subprocess.run([*wires["gslb"].enter, "ip", "route", "add", SOURCES, "via", wires["gslb"].client], check=True)
        figures = measure(servers, wires, zone)
        report(*figures, {name: server.memory().rss for name, server in servers.items()})


if len(sys.argv) == 1:
    os.execvp("unshare", ["unshare", "--net", sys.executable, sys.argv[0], "inside"])
main()
