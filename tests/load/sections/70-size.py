#!/usr/bin/env python3
"""What the answer path costs against the size of what it serves: a table and a plot."""
import collections
import csv
import os
import subprocess

from harness import plot, settings
from harness.tables import table

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CAPTIONS = {
    "names": "1 steered name, no geo database", "regions": "1,000 names, 1 steered, 1 million networks",
    "steered names": "1,000 names, 3 regions, 1 million networks", "networks": "1,000 names, 1 steered, 3 regions",
}


def main():
    command = ["taskset", "-c", settings.SERVER_CPUS, "dotnet", settings.BENCH + "/GslbServer.Benchmarks.dll", "sizes", "--rounds", "3" if settings.QUICK else "20"]
    if settings.QUICK:
        command += ["--networks", "20000"]
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    with open(settings.OUT + "/size.csv", "w", encoding="ascii") as file:
        file.write(text)
    costs = collections.defaultdict(dict)  # dimension -> {mix: [(size, ns)]}
    for row in csv.DictReader(text.splitlines()):
        costs[row["dimension"]].setdefault(row["mix"], []).append((int(row["size"]), float(row["best"])))

    picture = (settings.OUT if settings.QUICK else HERE) + "/size.svg"
    with open(picture, "w", encoding="utf-8") as file:
        file.write(plot.panels([(dimension, CAPTIONS[dimension], mixes) for dimension, mixes in costs.items()]))
    parts = [
        "## Cost against size",
        "ns by query of the answer path in process (over UDP the kernel's 4 us would hide it), best of 20 rounds over 65,536 different queries. One size grows at a time; the step where the tables "
        "leave a cache is what should be seen, and nothing else.",
        "![ns by query against names, regions, steered names and networks](size.svg)",
    ]
    for dimension, mixes in costs.items():
        sizes = [size for size, _ in next(iter(mixes.values()))]
        parts.append(table([f"{dimension} ({CAPTIONS[dimension]})", *(f"{size:,}" for size in sizes)], [[mix, *(f"{ns:.0f}" for _, ns in points)] for mix, points in mixes.items()]))
    with open(settings.OUT + "/70-size.md", "w", encoding="utf-8") as out:
        out.write("\n\n".join(part.strip() for part in parts) + "\n")


main()
