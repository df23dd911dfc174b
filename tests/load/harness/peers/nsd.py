"""NSD. It does not steer. Its response rate limiting is off: a load generator is what it is there to stop."""
import re
import subprocess

from harness.zone import ORIGIN


def prepare(setup):
    setup.write("nsd.conf", CONFIG.format(run=setup.run, listen=f"{setup.address}@{setup.port}", workers=setup.workers, reuseport="yes" if setup.workers > 1 else "no", origin=ORIGIN))
    setup.zone.write(setup.path("zone"))
    return ["nsd", "-d", "-c", setup.path("nsd.conf")]


def version():
    output = subprocess.run(["nsd", "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\S+)", output.stdout + output.stderr)
    return "NSD " + (found.group(1) if found else "?")


CONFIG = """server:
    ip-address: {listen}
    server-count: {workers}
    reuseport: {reuseport}
    username: ""
    zonesdir: "{run}"
    pidfile: "{run}/nsd.pid"
    xfrdfile: "{run}/xfrd.state"
    xfrdir: "{run}"
    zonelistfile: "{run}/zone.list"
    database: ""
    verbosity: 0
    tcp-count: 200
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
    minimal-responses: yes
remote-control:
    control-enable: no
zone:
    name: {origin}
    zonefile: zone
"""
