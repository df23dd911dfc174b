"""gdnsd with its geoip plugin: the nearest datacenter by coordinates, as our `geo`."""
import re
import shutil
import subprocess

from harness.zone import ORIGIN


def prepare(setup):
    regions = setup.zone.places()
    for folder in ("zones", "geoip", "run", "state"):
        setup.path(folder, "x")
    setup.write("config", CONFIG.format(
        listen=setup.endpoint, workers=setup.workers, run=setup.run,
        plugins=GEOIP.format(
            names=", ".join(r.name for r in regions),
            coordinates=", ".join(f"{r.name} = [{r.latitude}, {r.longitude}]" for r in regions),
            addresses=", ".join(f"{r.name} = {r.address}" for r in regions),
            service="web" if setup.zone.check_port else "up") if setup.geo else "",
        checks=CHECKS.format(port=setup.zone.check_port) if setup.zone.check_port else ""))
    setup.zone.write(setup.path("zones", ORIGIN), "DYNA geoip!steered" if setup.geo else "A 192.0.2.1")
    if setup.geo:
        shutil.copy(setup.geo, setup.path("geoip", "geo.mmdb"))
    return ["gdnsd", "-c", setup.run, "start"]


def version():
    output = subprocess.run(["gdnsd", "-h"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\S+)", output.stdout + output.stderr)
    return "gdnsd " + (found.group(1) if found else "?")


CONFIG = """options => {{
  listen => {{ "{listen}" => {{ udp_threads = {workers}, tcp_threads = 1 }} }}
  run_dir = {run}/run
  state_dir = {run}/state
}}
{checks}{plugins}
"""
CHECKS = """service_types => {{ web => {{
  plugin = http_status, port = {port}, interval = 2, timeout = 1, up_thresh = 1, ok_thresh = 1, down_thresh = 1
}} }}
"""
GEOIP = """plugins => {{ geoip => {{
  maps => {{ nearest => {{ geoip2_db = geo.mmdb, datacenters = [{names}], auto_dc_coords = {{ {coordinates} }} }} }}
  resources => {{ steered => {{ map = nearest, service_types = {service}, dcmap => {{ {addresses} }} }} }}
}} }}
"""
