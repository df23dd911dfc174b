"""Runs udpload against a server."""
import json
import subprocess

from harness import settings
from harness.zone import ORIGIN, Zone

MIXES = {
    "static": "A of an existing name",
    "nxdomain": "A of 12 random letters",
    "steered": "A of a steered name, without Client Subnet, from 16 addresses",
    "ecs": "A of a steered name, a random IPv4 /24 as Client Subnet in each query",
    "ecs6": "the same with a random IPv6 /48",
}
RESOLVERS = "128.0.0.0/2"  # where the 16 are from: addresses that the geo database knows


def load(server, mix, zone=Zone(), seconds=settings.SECONDS, warmup=0.3, rate=0.0, window=0, seed=1):
    """One run; closed loop, or open at `rate` queries a second. Returns what udpload prints (see its `print`), as a dict.

    `cpu_us` is the server's CPU time by answer, `lost` what had no answer within a second, `wrong` what was no answer to the question.
    """
    return json.loads(command(server, mix, zone, seconds, warmup, rate, window, seed, subprocess.check_output))


def start(server, mix, zone=Zone(), seconds=settings.SECONDS, warmup=0.3, rate=0.0, window=0, seed=1):
    """The same in the background: json.loads(start(...).communicate()[0])."""
    return command(server, mix, zone, seconds, warmup, rate, window, seed, lambda c, **k: subprocess.Popen(c, stdout=subprocess.PIPE, **k))


def command(server, mix, zone, seconds, warmup, rate, window, seed, run):
    options = {
        "server": server.address, "port": server.port, "mix": mix, "zone": ORIGIN, "names": zone.names, "steered": zone.steered, "seconds": seconds,
        "warmup": warmup, "rate": rate, "window": window, "seed": seed, "cpu": settings.GENERATOR_CPU, "pids": ",".join(map(str, server.pids())),
    }
    if mix == "steered" and ":" not in server.address:
        options |= {"sources": 16, "prefix": RESOLVERS}
    elif settings.WORKERS > 1:
        options |= {"sources": 16 * settings.WORKERS}  # the kernel spreads sources over the sockets of the workers
    echo = ["--echo"] if server.name == "echo" else []
    return run([settings.BIN + "/udpload", *echo, *(text for key, value in options.items() for text in (f"--{key}", str(value)))], text=True)
