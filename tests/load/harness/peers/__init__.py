"""One module for each server: how it is configured to serve a Zone, alike in all that costs.

`prepare(setup)` writes its files below `setup.run` and returns the command that runs it in the foreground.
`version()` returns what the tables call it.
"""
import importlib
import os
from dataclasses import dataclass

from harness.zone import Zone


@dataclass(frozen=True)
class Setup:
    run: str  # folder of this server's files
    zone: Zone
    geo: str | None  # MaxMind DB; without it, steered names have one fixed address
    address: str
    port: int
    workers: int = 1
    program: str = ""  # folder of our own build
    xdp: str = ""  # interface that is served around the kernel

    @property
    def endpoint(self):
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def path(self, *parts):
        path = os.path.join(self.run, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)


FIXED = {"nsd", "bind"}  # labels of those that do not steer: their steered names have one fixed address


def module(peer):
    """The module of a peer: `gslb`, or `NAME=FOLDER` for another build of ours."""
    return importlib.import_module("harness.peers." + ("gslb" if "=" in peer else peer))


def label(peer):
    return peer.partition("=")[0]
