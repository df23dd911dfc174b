#!/usr/bin/env python3
"""UDP around the kernel (AF_XDP) beside sockets and beside Knot's, in two network namespaces joined by veth; queries from kxdpgun, which goes around the kernel too.

Runs itself again in a namespace of its own, which is the client's.
"""
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from harness import settings, udp
from harness.servers import CannotStart, Server
from harness.tables import ratio, spread, table, times
from harness.zone import ORIGIN, Zone

SERVERS = {"knot-xdp": ("knot", True), "gslb-xdp": ("gslb", True), "gslb": ("gslb", False)}
RATE = 20_000 if settings.QUICK else 60_000  # queries a second that all can answer: what an answer costs depends on how many come together
FLOOD = 1_000_000  # more than the generator has
SECONDS = 2 if settings.QUICK else 3
PROBES = 1_000  # queries a second that are timed beside kxdpgun, which times none
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


def settle(server):
    """Waits until the server does nothing but wait: what a young one compiles is no part of an answer."""
    for _ in range(30):
        before = server.cpu_seconds()
        time.sleep(1)
        if server.cpu_seconds() - before < 0.02:
            return


class Gun:
    """kxdpgun at work: queries sent, replies, and CPU seconds of the server when it is through."""

    def __init__(self, server, wire, queries, rate, sources=None):
        file = os.path.join(settings.OUT, "run", "queries")
        with open(file, "w", encoding="ascii") as out:
            out.writelines(f"{name}.{ORIGIN} A E\n" for name in queries)
        command = ["kxdpgun", "-t", str(SECONDS), "-Q", str(rate), "-F", settings.GENERATOR_CPU, "-i", file, "-I", wire.interface, "-p", str(server.port)]
        self._server, self._before = server, server.cpu_seconds()
        self._process = subprocess.Popen([*command, *(["-l", sources] if sources else []), wire.server], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self):
        text, _ = self._process.communicate()
        sent, replies = (int(re.search(rf"total {key}:\s+(\d+)", text)[1]) for key in ("queries", "replies"))
        return sent, replies, self._server.cpu_seconds() - self._before


def timed(server, wire, zone, rate, seed):
    """Load from kxdpgun, which times nothing, and beside it a few queries of udpload, which never waits for its core. Returns queries a second, % answered, p99 in us."""
    gun = Gun(server, wire, zone.static_names(), rate)
    time.sleep(0.5)
    probes = subprocess.check_output(["chrt", "--fifo", "1", *udp.arguments(server, "static", zone, seconds=SECONDS - 1, warmup=0.1, rate=PROBES, seed=seed)], text=True)
    sent, replies, _ = gun.wait()
    return sent / SECONDS, 100 * replies / sent, json.loads(probes)["p99_us"]


def measure(servers, wires, zone):
    mixes = {"static": (list(zone.static_names()), None, list(servers)), "steered, by source": (list(zone.steered_names()), SOURCES, ["gslb-xdp", "gslb"])}
    costs, ecs, floods = {}, {}, {}
    for round_ in range(-1, settings.ROUNDS):
        for mix, (names, sources, among) in mixes.items():
            for name in among if round_ % 2 == 0 else among[::-1]:
                _, replies, cpu = Gun(servers[name], wires[name], names, RATE, sources).wait()
                if round_ >= 0:
                    costs.setdefault((mix, name), {})[round_] = cpu / replies * 1e6
        for name in ("gslb-xdp", "gslb"):
            for mix in ("static", "ecs"):
                run = udp.load(servers[name], mix, zone, seconds=SECONDS, seed=round_ + 2)
                if round_ >= 0:
                    ecs.setdefault((mix, name), {})[round_] = run["cpu_us"]
        for name in servers:
            sent, replies, _ = Gun(servers[name], wires[name], mixes["static"][0], FLOOD).wait()
            if round_ >= 0:
                floods.setdefault(name, []).append((sent / SECONDS, replies / SECONDS))
        if round_ < 0:  # it warms up
            for server in servers.values():
                settle(server)
        print(f"round {round_ + 1} of {settings.ROUNDS}  " + "  ".join(f"{mix} {name} {cost[round_]:.2f} us" for (mix, name), cost in costs.items()), flush=True)
    sustained = statistics.median(answered for _, answered in floods["gslb"])
    latencies = {}
    for round_ in range(settings.ROUNDS):
        for name, times_sustained in (("gslb", 0.5), ("gslb-xdp", 2)):
            latencies.setdefault((name, times_sustained), []).append(timed(servers[name], wires[name], zone, int(times_sustained * sustained), round_))
    return costs, ecs, floods, latencies


def report(costs, ecs, floods, latencies, memory):
    values = lambda figures: spread(list(figures.values()))
    between = lambda one, other: times(ratio(one, other))
    thousands = lambda rates: f"{min(rates) / 1e3:,.0f} - {max(rates) / 1e3:,.0f}"
    rows = [[mix, name, values(cost), between(cost, costs[mix, "gslb"]), between(cost, costs[mix, "knot-xdp"]) if (mix, "knot-xdp") in costs else "-"] for (mix, name), cost in costs.items()]
    rows += [[mix + ", asked through sockets", name, values(cost), between(cost, ecs[mix, "gslb"]), "-"] for (mix, name), cost in ecs.items()]
    flooded = [[name, thousands([sent for sent, _ in runs]), thousands([answered for _, answered in runs])] for name, runs in floods.items()]
    late = [[name, f"{factor} x", *(f"{statistics.median(column):,.0f} ({min(column):,.0f}-{max(column):,.0f})" for column in zip(*((rate / 1e3, percent, p99) for rate, percent, p99 in runs)))]
            for (name, factor), runs in latencies.items()]
    p99 = {name: statistics.median(run[2] for run in runs) for (name, _), runs in latencies.items()}
    goals = [
        f"static at most 1.0 x Knot's: {between(costs['static', 'gslb-xdp'], costs['static', 'knot-xdp'])}" if ("static", "knot-xdp") in costs else "Knot is not there",
        f"steered at most 1.2 x static: {between(costs['steered, by source', 'gslb-xdp'], costs['static', 'gslb-xdp'])} by source, {between(ecs['ecs', 'gslb-xdp'], ecs['static', 'gslb-xdp'])} with Client Subnet",
        f"steered at most 0.6 x sockets: {between(costs['steered, by source', 'gslb-xdp'], costs['steered, by source', 'gslb'])} by source, {between(ecs['ecs', 'gslb-xdp'], ecs['ecs', 'gslb'])} with Client Subnet, asked through sockets",
        f"at twice the rate that sockets sustain, 100 % answered, and p99 below that of sockets at half: {statistics.median(run[1] for run in latencies['gslb-xdp', 2]):.1f} %, {times(p99['gslb-xdp'] / p99['gslb'])}",
        f"memory beyond sockets at most 64 MiB a queue: {memory['gslb-xdp'] - memory['gslb']:.0f} MiB",
    ]
    with open(settings.OUT + "/85-xdp.md", "w", encoding="utf-8") as out:
        out.write("## Around the kernel\n\nAF_XDP on veth (native mode, copies), one queue, queries from kxdpgun; and, for Client Subnet, which it cannot write, from udpload, whose sockets take their answers in the "
                  f"server's time. {RATE:,} queries a second.\n\n"
                  + table(["mix", "server", "CPU us/answer (min-max)", "x our sockets", "x Knot's AF_XDP"], rows) + "\n"
                  + table(["under a flood of all that the generator can", "k queries/s", "k answers/s"], flooded) + "\n"
                  + table(["a time in the load", "of what sockets sustain", "k queries/s", "answered %", "p99 us"], late)
                  + "\n" + "\n".join(f"* {goal}" for goal in goals) + "\n")


def main():
    if shutil.which("kxdpgun") is None:
        raise SystemExit("kxdpgun is not installed")
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w", encoding="ascii") as ports:
        ports.write("1024 1999")  # kxdpgun takes all that comes to port 2000 and above, the answers to udpload too
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
