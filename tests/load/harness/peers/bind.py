"""BIND 9, authoritative only. It does not steer by Client Subnet."""
import subprocess

from harness.zone import ORIGIN


def prepare(setup):
    setup.write("named.conf", CONFIG.format(run=setup.run, address=setup.address, port=setup.port, origin=ORIGIN))
    setup.zone.write(setup.path("zone"))
    return ["named", "-g", "-n", str(setup.workers), "-c", setup.path("named.conf")]


def version():
    return " ".join(subprocess.run(["named", "-v"], capture_output=True, text=True, check=True).stdout.split()[:2])


CONFIG = """options {{
    directory "{run}";
    pid-file "{run}/named.pid";
    session-keyfile "{run}/session.key";
    geoip-directory "{run}";
    listen-on port {port} {{ {address}; }};
    listen-on-v6 {{ none; }};
    recursion no;
    minimal-responses yes;
    dnssec-validation no;
    notify no;
    querylog no;
    tcp-clients 1000;
}};
controls {{ }};
zone "{origin}" {{ type primary; file "{run}/zone"; }};
"""
