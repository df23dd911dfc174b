"""Servers under test as processes: started on their cores, waited for, measured, ended.

    with running(settings.PEERS, Zone(names=1000), settings.GEO) as servers:
        for server in servers: ...
"""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

from harness import peers, settings
from harness.zone import ORIGIN, Zone


class CannotStart(Exception):
    """Says why, in a line."""


@dataclass(frozen=True)
class Memory:
    """MiB of all processes. Shared pages count once in pss, once for each process in rss and peak."""

    rss: float
    pss: float
    peak: float


class Server:
    """A running server. `seconds_to_answer` and `cpu_to_answer` are from exec to its first answer."""

    def __init__(self, peer, zone=Zone(), geo=None, port=settings.BASE_PORT, address=settings.ADDRESS, limit=120.0, inside=(), xdp="", label=""):
        """Starts the peer and waits for its first answer. Raises CannotStart, also when there is none within `limit` seconds.
        `inside`: a command that runs it elsewhere; `xdp`: an interface that it serves around the kernel; `label`: what it is called then."""
        self.peer, self.name, self.address, self.port = peer, label or peers.label(peer), address, port
        self.run = os.path.join(settings.OUT, "run", f"{self.name}-{port}")
        shutil.rmtree(self.run, ignore_errors=True)
        os.makedirs(self.run)
        module = peers.module(peer)
        command = module.prepare(peers.Setup(self.run, zone, geo, address, port, settings.WORKERS, peer.partition("=")[2], xdp))
        program = shutil.which(command[0])
        if program is None:
            raise CannotStart(f"{command[0]} is not installed")
        with open(self.run + "/log", "w", encoding="utf-8") as log:
            started = time.monotonic()
            # `taskset` and the server are one process: the cores are set before its first thread is made.
            self._process = subprocess.Popen([*inside, "taskset", "-c", settings.SERVER_CPUS, program, *command[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.run)
        try:
            self._wait_for_answer(started + limit, qname="" if self.name == "echo" else "ns1")
        except BaseException:
            self.stop()
            raise
        self.seconds_to_answer = time.monotonic() - started
        self.cpu_to_answer = self.cpu_seconds()
        self._pin()

    def pids(self):
        """The process and all below it."""
        found = [self._process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                        found += map(int, children.read().split())
        return found

    def cpu_seconds(self):
        """CPU time of all processes, with that of threads that have ended: each process's own clock counts it."""
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.pids())  # CPUCLOCK_SCHED, as clock_getcpuclockid(3) makes it

    def memory(self):
        kib = {"VmRSS": 0, "VmHWM": 0, "Pss": 0}
        for pid in self.pids():
            for file in ("status", "smaps_rollup"):
                with contextlib.suppress(OSError), open(f"/proc/{pid}/{file}", encoding="ascii") as lines:
                    for key, _, value in (line.partition(":") for line in lines):
                        if key in kib:
                            kib[key] += int(value.split()[0])
        return Memory(kib["VmRSS"] / 1024, kib["Pss"] / 1024, kib["VmHWM"] / 1024)

    def log(self, lines=3):
        """The last lines that it printed."""
        with open(self.run + "/log", encoding="utf-8", errors="replace") as file:
            return " / ".join(line.strip() for line in file.readlines()[-lines:])

    def send(self, signal_number):
        self._process.send_signal(signal_number)

    def stop(self):
        for pid in reversed(self.pids()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_for_answer(self, deadline, qname):
        name = b"".join(bytes([len(label)]) + label.encode() for label in (f"{qname}.{ORIGIN}" if qname else ORIGIN).split("."))
        query = bytes.fromhex("123400000001000000000000") + name + b"\0\0\1\0\1"
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            client.settimeout(0.005)
            client.connect((self.address, self.port))
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise CannotStart(f"ended with {self._process.returncode}: {self.log()}")
                try:
                    client.send(query)
                    answer = client.recv(4096)
                    if answer[:2] == query[:2] and answer[2] & 0x80 and answer[3] & 15 == 0 and (answer[7] or not qname):
                        return
                except OSError:  # nothing listens yet, or nothing came
                    time.sleep(0.002)
        raise CannotStart(f"no answer: {self.log()}")

    def _pin(self):
        """Back to its cores with every thread: Knot pins its workers to cores 0, 1, ... itself."""
        cpus = cores(settings.SERVER_CPUS)
        for pid in self.pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(int(task), cpus)


def cores(text):
    """The set that taskset means by 1,3-5."""
    ranges = [part.partition("-") for part in text.split(",")]
    return {cpu for first, _, last in ranges for cpu in range(int(first), int(last or first) + 1)}


@contextlib.contextmanager
def running(names, zone=Zone(), geo=None, address=settings.ADDRESS):
    """Starts servers one after the other, each on a port of its own, and yields (servers, {name: why it could not start})."""
    servers, missing = [], {}
    try:
        for number, peer in enumerate(names, start=1):
            try:
                server = Server(peer, zone, geo, settings.BASE_PORT + number, address)
            except CannotStart as reason:
                missing[peers.label(peer)] = str(reason)
                print(f"{peers.label(peer)}: cannot start: {reason}", flush=True)
                continue
            servers.append(server)
            print(f"{server.name}: first answer after {server.seconds_to_answer:.2f} s", flush=True)
        yield servers, missing
    finally:
        for server in servers:
            server.stop()
