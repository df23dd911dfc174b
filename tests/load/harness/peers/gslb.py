"""Ours, as `dotnet publish` makes it."""
import shutil
import subprocess

from harness import settings
from harness.zone import ORIGIN


def prepare(setup):
    regions = setup.zone.places()
    steered = "STEER geo " + " ".join(r.name for r in regions) if setup.geo else "A 192.0.2.1"
    zone = setup.path("zones", ORIGIN + ".zone")
    setup.zone.write(zone, steered)
    with open(zone, "a", encoding="ascii") as file:
        file.writelines(f"{r.name} REGION {r.latitude} {r.longitude}\n{r.name} A {r.address}\n" for r in regions)
    command = [
        (setup.program or settings.GSLB) + "/gslb", "serve", "--listen", f"{setup.address}:{setup.port}", "--admin", f"{setup.address}:{setup.port + 1000}",
        "--zones", setup.path("zones"), "--state", setup.path("state"), "--threads", str(setup.workers), "--node", "load",
    ]
    if setup.geo:
        shutil.copy(setup.geo, setup.path("geo.mmdb"))
        command += ["--geo", setup.path("geo.mmdb")]
    return command


def version():
    runtime = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True, check=True).stdout
    newest = [line.split()[1] for line in runtime.splitlines() if line.startswith("Microsoft.NETCore.App")][-1]
    return f"{subprocess.run([settings.GSLB + '/gslb', '--version'], capture_output=True, text=True, check=True).stdout.strip()}, .NET {newest}"
