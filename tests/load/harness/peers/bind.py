"""BIND 9, authoritative only. It does not steer by Client Subnet."""
import subprocess

from harness.zone import ORIGIN


def prepare(setup):
    here = f"{{ {setup.address}; }}"
    ipv4, ipv6 = ("{ none; }", here) if ":" in setup.address else (here, "{ none; }")
    setup.write("named.conf", CONFIG.format(run=setup.run, ipv4=ipv4, ipv6=ipv6, port=setup.port, origin=ORIGIN))
    setup.zone.write(setup.path("zone"))
    return ["named", "-g", "-n", str(setup.workers), "-c", setup.path("named.conf")]


def version():
    return " ".join(subprocess.run(["named", "-v"], capture_output=True, text=True, check=True).stdout.split()[:2])


CONFIG = """options {{
    directory "{run}";
    pid-file "{run}/named.pid";
    session-keyfile "{run}/session.key";
    geoip-directory "{run}";
    listen-on port {port} {ipv4};
    listen-on-v6 port {port} {ipv6};
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
