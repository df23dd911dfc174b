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
RESOLVERS = {4: "128.0.0.0/2", 6: "2400::/8"}  # where the 16 are from: addresses that the geo database knows


def load(server, mix, zone=Zone(), **options):
    """One run; closed loop, or open at `rate` queries a second. Options as of `arguments`.

    Returns what udpload prints (its `print` has all), as a dict: `cpu_us` is the server's CPU time by answer, `lost` how many queries had no
    answer within two seconds, `wrong` how many answers were not what the mix must get.
    """
    return json.loads(subprocess.check_output(arguments(server, mix, zone, **options), text=True))


def start(server, mix, zone=Zone(), **options):
    """The same in the background: json.loads(start(...).communicate()[0])."""
    return subprocess.Popen(arguments(server, mix, zone, **options), stdout=subprocess.PIPE, text=True)


def arguments(server, mix, zone, seconds=settings.SECONDS, warmup=0.3, rate=0.0, window=0, seed=1, dnssec=False):
    """The command. A window of 0 is udpload's default."""
    options = {
        "server": server.address, "port": server.port, "mix": mix, "zone": ORIGIN, "names": zone.names, "steered": zone.steered, "seconds": seconds,
        "warmup": warmup, "rate": rate, "window": window, "seed": seed, "cpu": settings.GENERATOR_CPU, "pids": ",".join(map(str, server.pids())),
    }
    if mix == "steered":
        options |= {"sources": 16, "prefix": RESOLVERS[6 if ":" in server.address else 4]}
    elif settings.WORKERS > 1:
        options |= {"sources": 16 * settings.WORKERS}  # the kernel spreads sources over the sockets of the workers
    flags = [flag for flag, wanted in (("--echo", server.name == "echo"), ("--dnssec", dnssec)) if wanted]
    return [settings.BIN + "/udpload", *flags, *(text for key, value in options.items() for text in (f"--{key}", str(value)))]
