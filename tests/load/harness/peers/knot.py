"""Knot DNS with mod-geoip by continent: it knows no distances. Client Subnet is off unless it is switched on."""
import shutil
import subprocess

from harness.zone import ORIGIN, TTL

NEAREST = {"NA": 1, "SA": 1, "EU": 2, "AF": 2, "AS": 3, "OC": 3}


def prepare(setup):
    setup.write("knot.conf", CONFIG.format(
        run=setup.run, listen=f"{setup.address}@{setup.port}", workers=setup.workers, origin=ORIGIN,
        xdp=f"xdp:\n    listen: {setup.xdp}@{setup.port}\n" if setup.xdp else "",
        geoip=GEOIP.format(run=setup.run, ttl=TTL) if setup.geo else "", module="module: mod-geoip/geo" if setup.geo else ""))
    setup.zone.write(setup.path("zone"))
    if setup.geo:
        shutil.copy(setup.geo, setup.path("geo.mmdb"))
        rules = "".join(f'  - geo: "{continent}"\n    A: 192.0.2.{region}\n' for continent, region in NEAREST.items())
        setup.write("geo.conf", "".join(f"{name}.{ORIGIN}:\n{rules}" for name in setup.zone.steered_names()))
    return ["knotd", "-c", setup.path("knot.conf")]


def version():
    return "Knot DNS " + subprocess.run(["knotd", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]


CONFIG = """server:
    rundir: "{run}"
    listen: {listen}
    udp-workers: {workers}
    tcp-workers: 1
    background-workers: 1
    automatic-acl: off
    edns-client-subnet: on
{xdp}log:
  - target: stderr
    any: warning
database:
    storage: "{run}"
{geoip}zone:
  - domain: {origin}
    file: "{run}/zone"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
    {module}
"""
GEOIP = """mod-geoip:
  - id: geo
    config-file: "{run}/geo.conf"
    ttl: {ttl}
    mode: geodb
    geodb-file: "{run}/geo.mmdb"
    geodb-key: [ continent/code ]
"""
