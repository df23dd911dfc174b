"""Ours, its zone signed."""
import subprocess

from harness.peers import gslb
from harness.zone import ORIGIN

version = gslb.version


def prepare(setup):
    command = gslb.prepare(setup)
    keys = setup.path("keys", "").rstrip("/")
    subprocess.run([command[0], "keys", "create", ORIGIN, "--keys", keys], check=True, stdout=subprocess.DEVNULL)
    return [*command, "--keys", keys]
