"""Ours, as `dotnet publish` makes it."""
import shutil
import subprocess

from harness import settings
from harness.zone import ORIGIN

ADMIN = 1000  # the admin port is so far above that of DNS


def prepare(setup):
    regions = setup.zone.places()
    steered = "STEER geo " + " ".join(r.name for r in regions) if setup.geo else "A 192.0.2.1"
    if setup.zone.check_port:
        steered += " check=web ramp=0s"
    zone = setup.path("zones", ORIGIN + ".zone")
    setup.zone.write(zone, steered)
    with open(zone, "a", encoding="ascii") as file:
        file.writelines(f"{r.name} REGION {r.latitude} {r.longitude}\n{r.name} A {r.address}\n" for r in regions)
        if setup.zone.check_port:
            file.write(f"web CHECK http port={setup.zone.check_port} every=500ms timeout=400ms fall=1 rise=1\n")
    command = [
        (setup.program or settings.GSLB) + "/gslb", "serve", "--listen", setup.endpoint, "--admin", f"127.0.0.1:{setup.port + ADMIN}",
        "--zones", setup.path("zones"), "--state", setup.path("state"), "--threads", str(setup.workers), "--node", "load",
    ]
    if setup.xdp:
        command += ["--xdp", setup.xdp]
    if setup.geo:
        shutil.copy(setup.geo, setup.path("geo.mmdb"))
        command += ["--geo", setup.path("geo.mmdb")]
    return command


def version():
    runtime = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True, check=True).stdout
    newest = [line.split()[1] for line in runtime.splitlines() if line.startswith("Microsoft.NETCore.App")][-1]
    return f"{subprocess.run([settings.GSLB + '/gslb', '--version'], capture_output=True, text=True, check=True).stdout.strip()}, .NET {newest}"
