#!/usr/bin/env python3
"""run.py [section ...]: the regional balancer beside others, and alone; writes ../RESULTS-L7.md. Sections: cpu slow kill reload."""
import datetime, json, os, signal, statistics, subprocess, sys, threading, time
import servers
from servers import Load

ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 7)), int(os.environ.get("SECONDS_EACH", 2))


def median(values):
    return statistics.median(list(values))


def cpu():
    """CPU time by request, keep-alive, 64 connections, 128 octets."""
    back = servers.backend(7000)
    running = [servers.nginx(7001, 7000), servers.haproxy(7002, 7000), servers.yarp(7003, 7000), servers.gslb(7004, servers.settings([7000]))]
    figures = {server.name: [] for server in running}
    try:
        for server in running:
            servers.wait(server)
            Load(server.port, 40)  # the JIT compiler needs so long on one core
        for turn in range(ROUNDS):
            for server in running[turn % len(running):] + running[:turn % len(running)]:
                before = server.cpu_us()
                load = Load(server.port, SECONDS)
                figures[server.name].append(((server.cpu_us() - before) / load.requests, load, server.rss_mib()))
    finally:
        for server in [*running, back]:
            server.end()
    ratio = lambda name, other: median(a[0] / b[0] for a, b in zip(figures[name], figures[other]))
    yield "| proxy | CPU us by request (min to max) | x nginx | x plain YARP | requests/s | p50 ms | p99 ms | failed | RSS MiB |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, rows in figures.items():
        cost = [row[0] for row in rows]
        yield (f"| {name} | {median(cost):.1f} ({min(cost):.1f} to {max(cost):.1f}) | {ratio(name, 'nginx'):.2f} | {ratio(name, 'yarp'):.2f} | {median(r[1].rps for r in rows):.0f} | "
               f"{median(r[1].p50 for r in rows):.2f} | {median(r[1].p99 for r in rows):.2f} | {sum(r[1].failed for r in rows)} | {rows[-1][2]:.0f} |")


def slow():
    """One of ten backends takes 100 ms, the others 10 ms."""
    ports = list(range(7100, 7110))
    backs = [servers.backend(port, 100 if port == 7103 else 10) for port in ports]
    policies = ["RoundRobin", "PowerOfTwoChoices", "WeightedLeastRequests", "PeakEwma", "Prequal"]
    running = [servers.gslb(7110 + i, servers.settings(ports, policy), f"gslb-{policy}") for i, policy in enumerate(policies)]
    figures = {policy: [] for policy in policies}
    try:
        for server in running:
            servers.wait(server)
            Load(server.port, 20, 32)
        for _ in range(3):
            for policy, server in zip(policies, running):
                figures[policy].append(Load(server.port, 4, 32))
    finally:
        for server in [*running, *backs]:
            server.end()
    yield "| policy | p50 ms | p99 ms | p99 x RoundRobin | requests/s |"
    yield "|---|---|---|---|---|"
    for policy, loads in figures.items():
        yield (f"| {policy} | {median(l.p50 for l in loads):.1f} | {median(l.p99 for l in loads):.1f} | {median(a.p99 / b.p99 for a, b in zip(loads, figures['RoundRobin'])):.2f} | "
               f"{median(l.rps for l in loads):.0f} |")


def kill():
    """One of five backends is killed (SIGKILL) under a load of GETs."""
    yield "| run | requests | failed | retries | attempts by request |"
    yield "|---|---|---|---|---|"
    for turn in range(3):
        ports = list(range(7200, 7205))
        backs = [servers.backend(port, 5) for port in ports]
        server = servers.gslb(7210, servers.settings(ports))
        try:
            servers.wait(server)
            Load(server.port, 3, 32)
            before = servers.metric(server, "gslb_balancer_retries_total")
            killer = threading.Timer(2, lambda: os.kill(backs[2].process.pid, signal.SIGKILL))
            killer.start()
            load = Load(server.port, 6, 32)
            retries = servers.metric(server, "gslb_balancer_retries_total") - before
        finally:
            for one in [server, *backs]:
                one.end()
        yield f"| {turn + 1} | {load.requests} | {load.failed} | {retries:.0f} | {1 + retries / load.requests:.4f} |"


def reload():
    """1,000 clusters more, under load: time from the changed file to the settings in force (the watch looks each 500 ms and wants the file at rest; SIGHUP does not wait)."""
    back = servers.backend(7300)
    config = servers.settings([7300])
    server = servers.gslb(7310, config)
    yield "| clusters | seconds by SIGHUP | requests meanwhile | failed |"
    yield "|---|---|---|---|"
    try:
        servers.wait(server)
        Load(server.port, 5)
        for count in (1000, 0, 1000, 0, 1000):
            routes = {f"r{i}": {"ClusterId": f"c{i}", "Match": {"Path": f"/r{i}/{{**path}}"}} for i in range(count)}
            clusters = {f"c{i}": {"Destinations": {"one": {"Address": "http://127.0.0.1:7300/"}}} for i in range(count)}
            changed = {**config, "ReverseProxy": {"Routes": {**config["ReverseProxy"]["Routes"], **routes}, "Clusters": {**config["ReverseProxy"]["Clusters"], **clusters}}}
            loads = []
            thread = threading.Thread(target=lambda: loads.append(Load(server.port, 6)))
            thread.start()
            time.sleep(1)
            known = servers.metric(server, "gslb_balancer_destinations")
            json.dump(changed, open(server.settings + ".new", "w"))
            os.replace(server.settings + ".new", server.settings)
            start = time.monotonic()
            os.kill(server.process.pid, signal.SIGHUP)
            import urllib.request, urllib.error
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{server.port}/r999/", timeout=10)
                    status = 200
                except urllib.error.HTTPError as error:
                    status = error.code
                # Without a route of its own the path is the catch-all's; the number of clusters tells.
                if servers.metric(server, "gslb_balancer_destinations") != known:
                    break
                time.sleep(0.02)
            took = time.monotonic() - start
            thread.join()
            yield f"| {count} | {took:.2f} | {loads[0].requests} | {loads[0].failed} |"
    finally:
        server.end()
        back.end()


SECTIONS = {
    "cpu": "CPU time by request",
    "slow": "One of ten backends ten times slower",
    "kill": "A backend killed under load",
    "reload": "A thousand clusters reloaded under load",
}


def main():
    wanted = sys.argv[1:] or list(SECTIONS)
    servers.build()
    path = os.path.join(servers.HERE, "..", "RESULTS-L7.md")
    old = open(path).read() if os.path.exists(path) else "# The regional balancer, side by side\n\n`l7/run.py` writes the sections below; what it does not measure is told at the end.\n"
    for name in wanted:
        print(name, flush=True)
        lines = list(globals()[name]())
        commit = subprocess.run(["git", "-C", servers.ROOT, "log", "-1", "--format=%h"], capture_output=True, text=True).stdout.strip()
        text = (f"<!-- {name} -->\n## {SECTIONS[name]}\n\n{globals()[name].__doc__}\n\n`l7/run.py {name}`, {datetime.date.today()}, on {commit}, {os.cpu_count()} shared cores; server on one, load and backends on the other.\n\n"
                + "\n".join(lines) + f"\n<!-- end of {name} -->\n")
        print("\n".join(lines), flush=True)
        begin, end = old.find(f"<!-- {name} -->"), old.find(f"<!-- end of {name} -->")
        old = old[:begin] + text + old[end + len(f"<!-- end of {name} -->\n"):] if begin >= 0 else old + "\n" + text
        open(path, "w").write(old)


main()
