#!/usr/bin/env python3
"""ns by query of the answer path inside the process, as tests/GslbServer.Benchmarks measures it."""
import subprocess

from harness import settings

# On the servers' core, as the servers are.
command = ["taskset", "-c", settings.SERVER_CPUS, "dotnet", settings.BENCH + "/GslbServer.Benchmarks.dll", "path", "--rounds", "3" if settings.QUICK else "30", "--networks", str(settings.NETWORKS)]
result = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
print(result)
with open(settings.OUT + "/80-in-process.md", "w", encoding="utf-8") as out:
    out.write("## The answer path in process\n\nWithout sockets: 65,536 different queries in batches of 32, best of 30 rounds in which the cases take turns.\n\n" + result)
