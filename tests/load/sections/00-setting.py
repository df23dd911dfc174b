#!/usr/bin/env python3
"""What the other sections ran on: machine, kernel, versions."""
import os
import platform

from harness import peers, settings


def first(path, key):
    with open(path, encoding="utf-8") as lines:
        return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "?")


def version(peer):
    try:
        return peers.module(peer).version()
    except (OSError, ValueError) as problem:
        return f"{peers.label(peer)}: {problem}"


memory = int(first("/proc/meminfo", "MemTotal").split()[0]) / 2**20
lines = [
    "## Setting",
    "",
    f"- Machine: {os.cpu_count()} x {first('/proc/cpuinfo', 'model name')}, {memory:.0f} GiB; Linux {platform.release()} ({platform.machine()}), load {os.getloadavg()[0]:.1f} at the start.",
    f"- Servers on core {settings.SERVER_CPUS}, {settings.WORKERS} UDP worker each; generator on core {settings.GENERATOR_CPU}; everything in one fresh network namespace, over loopback ({settings.ADDRESS}).",
    f"- Zone of {settings.NAMES} names with A and AAAA; a synthetic City database of {settings.NETWORKS / 1e6:g} million networks.",
    *(f"- {version(peer)}" for peer in settings.PEERS if "=" not in peer),
]
with open(f"{settings.OUT}/00-setting.md", "w", encoding="utf-8") as out:
    out.write("\n".join(lines) + "\n")
print("\n".join(lines[2:]))
