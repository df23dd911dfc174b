#!/usr/bin/env python3
"""UDP around the kernel (AF_XDP) beside sockets and beside Knot's, in two network namespaces joined by veth; queries from kxdpgun, which goes around the kernel too.

Runs itself again in a namespace of its own, which is the client's.
"""
import contextlib
import glob
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

SERVERS = {"knot-xdp": ("knot", True), "knot": ("knot", False), "gslb-xdp": ("gslb", True), "gslb": ("gslb", False)}
RATE = 20_000 if settings.QUICK else 60_000  # queries a second that all can answer: what an answer costs depends on how many come together
FLOOD = 1_000_000  # more than the generator has
SECONDS = 2 if settings.QUICK else 3
PROBES = 1_000  # queries a second that are timed beside kxdpgun, which times none
WARM_UP = 1 if settings.QUICK else 3  # rounds; what a young program compiles is no part of an answer
SOURCES = "128.1.0.0/16"  # addresses that the geo database knows


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def receivers():
    """Threads of the kernel that receive for an interface."""
    found = set()
    for comm in glob.glob(settings.KERNEL + "/[0-9]*/comm"):
        with contextlib.suppress(OSError), open(comm, encoding="ascii") as file:
            if file.read().startswith("napi/"):
                found.add(comm.split("/")[-2])
    return found


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

    def receive_in_threads(self):
        """veth receives within the call that sends, in the time of the other end's program. From now on a thread of the kernel does it at each end
        (Documentation/networking/napi.rst, "Threaded NAPI"; veth asks for GRO then, and not to be sent what is still to be cut)."""
        _, self._receiver = [self._thread(enter) for enter in ([], self.enter)]

    def _thread(self, enter):
        before = receivers()
        self._set(enter, "ethtool -K $0 gro on tso off; echo 1 >/sys/class/net/$0/threaded")
        (thread,) = receivers() - before
        return thread

    def receive_at_once(self):
        """As veth comes."""
        for enter in ([], self.enter):
            self._set(enter, "echo 0 >/sys/class/net/$0/threaded; ethtool -K $0 gro off tso on")

    def _set(self, enter, what):
        subprocess.run([*enter, "unshare", "--mount", "sh", "-ec", "mount -t sysfs sysfs /sys; " + what, self.interface], check=True, stdout=subprocess.DEVNULL)

    def cpu_seconds(self):
        """Of the thread that receives for the server."""
        with open(f"{settings.KERNEL}/{self._receiver}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9


def settle(server):
    """Waits until the server does nothing but wait: what a young one compiles is no part of an answer."""
    for _ in range(30):
        before = server.cpu_seconds()
        time.sleep(1)
        if server.cpu_seconds() - before < 0.02:
            return


class Cost:
    """From here on: CPU us by answer of the server, the same with the kernel's receiving for it, and answers a second."""

    def __init__(self, server, wire):
        self._clocks = server.cpu_seconds, wire.cpu_seconds
        self._before = [clock() for clock in self._clocks]

    def of(self, answers):
        own, receiving = ((clock() - before) / answers * 1e6 for clock, before in zip(self._clocks, self._before))
        return own, own + receiving, answers / SECONDS


class Gun:
    """kxdpgun at work: queries sent and replies when it is through."""

    def __init__(self, server, wire, queries, rate, sources=None):
        file = os.path.join(settings.OUT, "run", "queries")
        with open(file, "w", encoding="ascii") as out:
            out.writelines(f"{name}.{ORIGIN} A E\n" for name in queries)
        command = ["kxdpgun", "-t", str(SECONDS), "-Q", str(rate), "-F", settings.GENERATOR_CPU, "-i", file, "-I", wire.interface, "-p", str(server.port)]
        self._process = subprocess.Popen([*command, *(["-l", sources] if sources else []), wire.server], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self):
        text, _ = self._process.communicate()
        return [int(re.search(rf"total {key}:\s+(\d+)", text)[1]) for key in ("queries", "replies")]


def timed(server, wire, zone, rate, seed):
    """Load from kxdpgun, which times nothing, and beside it a few queries of udpload, which never waits for its core. Returns queries a second, % answered, p99 in us."""
    gun = Gun(server, wire, zone.static_names(), rate)
    time.sleep(0.5)
    probes = subprocess.check_output(["chrt", "--fifo", "1", *udp.arguments(server, "static", zone, seconds=SECONDS - 1, warmup=0.1, rate=PROBES, seed=seed)], text=True)
    sent, replies = gun.wait()
    return sent / SECONDS, 100 * replies / sent, json.loads(probes)["p99_us"]


def costs(servers, wires, zone):
    """{(mix, server): {round: cost}}: asked by kxdpgun, and through sockets by udpload, which can write Client Subnet."""
    mixes = {"static": (list(zone.static_names()), None, list(servers)), "steered, by source": (list(zone.steered_names()), SOURCES, ["gslb-xdp", "gslb"])}
    gun, sockets = {}, {}
    for round_ in range(-WARM_UP, settings.ROUNDS):
        for mix, (names, sources, among) in mixes.items():
            for name in among if round_ % 2 == 0 else among[::-1]:
                cost = Cost(servers[name], wires[name])
                _, replies = Gun(servers[name], wires[name], names, RATE, sources).wait()
                gun.setdefault((mix, name), {})[round_] = cost.of(replies)
        for name in ("gslb-xdp", "gslb"):
            for mix in ("static", "ecs") if round_ % 2 == 0 else ("ecs", "static"):
                cost = Cost(servers[name], wires[name])
                run = udp.load(servers[name], mix, zone, seconds=SECONDS, warmup=0, seed=round_ + WARM_UP + 1)
                sockets.setdefault((mix, name), {})[round_] = cost.of(run["answered"])
        if round_ < 0:
            for server in servers.values():
                settle(server)
        print(f"round {round_ + 1} of {settings.ROUNDS}  " + "  ".join(f"{mix} {name} {cost[round_][0]:.2f} + {cost[round_][1] - cost[round_][0]:.2f} us" for among in (gun, sockets) for (mix, name), cost in among.items()), flush=True)
    return gun, sockets


def sustained(floods):
    return statistics.median(answered for _, answered in floods["gslb"])


def rates(servers, wires, zone):
    """{server: [(queries, answers a second) in a flood]}, {server: [(queries a second, % answered, p99 us) at a rate that sockets bear, or more than that]}."""
    floods, latencies = {}, {}
    for round_ in range(-1, settings.ROUNDS):
        for name in servers:
            sent, replies = Gun(servers[name], wires[name], zone.static_names(), FLOOD).wait()
            if round_ >= 0:
                floods.setdefault(name, []).append((sent / SECONDS, replies / SECONDS))
    for round_ in range(settings.ROUNDS):
        for name, times_sustained in (("gslb", 0.5), ("gslb-xdp", 2)):
            latencies.setdefault(name, []).append(timed(servers[name], wires[name], zone, int(times_sustained * sustained(floods)), round_))
    return floods, latencies


def report(gun, sockets, floods, latencies, memory):
    at = lambda figures, i: {round_: cost[i] for round_, cost in figures.items() if round_ >= 0}
    between = lambda one, other, i: times(ratio(at(one, i), at(other, i)))
    both = lambda one, other: f"{between(one, other, 0)} ({between(one, other, 1)} with the kernel's receiving)"
    thousands = lambda values: f"{min(values) / 1e3:,.0f} - {max(values) / 1e3:,.0f}"
    middle = lambda values, unit=1: f"{statistics.median(values) / unit:,.0f} ({min(values) / unit:,.0f}-{max(values) / unit:,.0f})"
    own_sockets = lambda name: name.removesuffix("-xdp")
    thousand = lambda cost: f"{statistics.median(at(cost, 2).values()) / 1e3:,.0f}"
    rows = [[mix, name, thousand(cost), spread(list(at(cost, 0).values())), spread(list(at(cost, 1).values())), *(between(cost, among[mix, own_sockets(name)], i) if (mix, own_sockets(name)) in among else "-" for i in (0, 1))]
            for among in (gun, sockets) for (mix, name), cost in sorted(among.items())]
    for row in rows[len(gun):]:
        row[0] += ", asked through sockets"
    flooded = [[name, thousands([sent for sent, _ in runs]), thousands([answered for _, answered in runs])] for name, runs in floods.items()]
    late = []
    for name, runs in latencies.items():
        sent, percent, p99 = zip(*runs)
        late.append([name, middle(sent, 1e3), f"{statistics.median(sent) / sustained(floods):.2f}", middle(percent), middle(p99)])
    of = lambda name, i: statistics.median(run[i] for run in latencies[name])
    ecs = {name: sockets["ecs", name] for name in ("gslb-xdp", "gslb")}
    goals = [
        f"static at most 1.0 x Knot's: {both(gun['static', 'gslb-xdp'], gun['static', 'knot-xdp'])}" if ("static", "knot-xdp") in gun else "Knot is not there",
        f"steered at most 1.2 x static: {both(gun['steered, by source', 'gslb-xdp'], gun['static', 'gslb-xdp'])} by source, {both(ecs['gslb-xdp'], sockets['static', 'gslb-xdp'])} with Client Subnet, "
        f"of which {times(ratio(at(ecs['gslb-xdp'], 2), at(sockets['static', 'gslb-xdp'], 2)))} x as many come in a second",
        f"steered at most 0.6 x sockets: {both(gun['steered, by source', 'gslb-xdp'], gun['steered, by source', 'gslb'])} by source, {both(ecs['gslb-xdp'], ecs['gslb'])} with Client Subnet",
        f"at twice the rate that sockets sustain, 100 % answered, and p99 below that of sockets at half of it: at {of('gslb-xdp', 0) / sustained(floods):.2f} x what sockets answer in a flood, which is what the generator had, "
        f"{of('gslb-xdp', 1):.1f} % and {times(of('gslb-xdp', 2) / of('gslb', 2))}",
        f"memory beyond sockets at most 64 MiB a queue: {memory['gslb-xdp'] - memory['gslb']:.0f} MiB",
    ]
    with open(settings.OUT + "/85-xdp.md", "w", encoding="utf-8") as out:
        out.write(f"## Around the kernel\n\nAF_XDP on veth (native mode, copies), one queue, {RATE:,} queries a second from kxdpgun; and for Client Subnet, which it cannot write, 192 at a time from udpload's sockets. "
                  "While CPU is counted a thread of the kernel receives at each end (threaded NAPI), else the end that sends would pay for it: what it takes at the server's end is told beside what the server takes. "
                  "Rates are of veth as it comes.\n\n"
                  + table(["mix", "server", "k answers/s", "CPU us/answer (min-max)", "and the kernel's receiving", "x its sockets", "and the kernel's receiving"], rows) + "\n"
                  + table(["under a flood of all that the generator can", "k queries/s", "k answers/s"], flooded) + "\n"
                  + table(["a time in the load", "k queries/s", "x what sockets answer in a flood", "answered %", "p99 us"], late)
                  + "\n" + "\n".join(f"* {goal}" for goal in goals) + "\n")


def main():
    for program in ("kxdpgun", "ethtool"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed")
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
        for wire in wires.values():
            wire.receive_in_threads()
        cpu = costs(servers, wires, zone)
        for wire in wires.values():
            wire.receive_at_once()
        report(*cpu, *rates(servers, wires, zone), {name: server.memory().rss for name, server in servers.items()})


if len(sys.argv) == 1:
    os.execvp("unshare", ["unshare", "--net", sys.executable, sys.argv[0], "inside"])
main()
