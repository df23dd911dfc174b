"""PowerDNS with its geoip backend, by continent, its caches as they are by default."""
import re
import shutil
import subprocess

from harness.peers.knot import NEAREST
from harness.zone import ORIGIN, TTL


def prepare(setup):
    setup.write("pdns.conf", CONFIG.format(run=setup.run, address=setup.address, port=setup.port, workers=setup.workers, database=f"geoip-database-files=mmdb:{setup.run}/geo.mmdb" if setup.geo else ""))
    if setup.geo:
        shutil.copy(setup.geo, setup.path("geo.mmdb"))
    with open(setup.path("zone.yml"), "w", encoding="ascii") as file:
        file.write(f"domains:\n- domain: {ORIGIN}\n  ttl: {TTL}\n  records:\n")
        file.write(f"    {ORIGIN}:\n      - soa: ns1.{ORIGIN} hostmaster.{ORIGIN} 1 7200 3600 86400 {TTL}\n      - ns: ns1.{ORIGIN}\n")
        file.write(f"    ns1.{ORIGIN}:\n      - a: 192.0.2.53\n")
        file.writelines(f"    {continent.lower()}.geo.{ORIGIN}:\n      - a: 192.0.2.{region}\n" for continent, region in NEAREST.items())
        file.write(f"    unknown.geo.{ORIGIN}:\n      - a: 192.0.2.1\n")  # what %cn is where the database says nothing
        file.writelines(f"    {name}.{ORIGIN}:\n      - a: {ipv4}\n      - aaaa: {ipv6}\n" for name, ipv4, ipv6 in setup.zone.static_records())
        file.write("  services:\n")
        file.writelines(f"    {name}.{ORIGIN}: '{'%cn' if setup.geo else 'na'}.geo.{ORIGIN}'\n" for name in setup.zone.steered_names())
    return ["pdns_server", "--config-dir=" + setup.run]


def version():
    output = subprocess.run(["pdns_server", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"Server (\d[\d.]+)", output.stdout + output.stderr)
    return "PowerDNS " + (found.group(1) if found else "?")


CONFIG = """daemon=no
guardian=no
setuid=
setgid=
local-address={address}
local-port={port}
socket-dir={run}
launch=geoip
geoip-zones-file={run}/zone.yml
{database}
edns-subnet-processing=yes
receiver-threads={workers}
distributor-threads=1
loglevel=3
webserver=no
security-poll-suffix=
zone-cache-refresh-interval=0
"""
