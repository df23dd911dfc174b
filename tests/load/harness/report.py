"""Writes RESULTS.md: what the sections that ran have written, and for the others the text it has.

    python3 -m harness.report 00-setting 10-udp
"""
import os
import re
import sys
import time

from harness import settings

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEAD = """# Results

What `tests/load/run.sh` measured; [README.md](README.md) says how. Each section says when and with what it was run last. Figures of
different sections may be from different days; within a section all servers ran side by side.
"""
MARK = re.compile(r"^<!-- section (\S+) -->\n", re.M)


def read(path):
    """The sections of a RESULTS.md, by name."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        parts = MARK.split(file.read())
    return dict(zip(parts[1::2], parts[2::2]))


def provenance():
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return f"*{when}, {settings.COMMIT}: `{settings.COMMAND}`, {settings.ROUNDS} rounds of {settings.SECONDS:g} s*\n"


def main(ran):
    path = os.path.join(settings.OUT if settings.QUICK else HERE, "RESULTS.md")
    there = {os.path.splitext(file)[0] for file in os.listdir(os.path.join(HERE, "sections"))}
    sections = {name: text for name, text in read(path).items() if name in there}
    for name in ran:
        with open(os.path.join(settings.OUT, name + ".md"), encoding="utf-8") as file:
            heading, _, text = file.read().strip().partition("\n")
        sections[name] = f"{heading}\n{provenance()}{text}\n\n"
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(HEAD + "\n" + "".join(f"<!-- section {name} -->\n{sections[name].rstrip()}\n\n" for name in sorted(sections)).rstrip() + "\n")
    os.replace(path + ".new", path)
    print(f"\nwrote {os.path.relpath(path, os.getcwd())}")


if __name__ == "__main__":
    main(sys.argv[1:])
