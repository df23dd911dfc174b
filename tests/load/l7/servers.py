"""Backends, balancers and the load generator: started, measured, ended."""
import glob, json, os, re, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "out", "l7")
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
GENERATOR, SERVER = "0", "1"  # cores


def build():
    os.makedirs(OUT, exist_ok=True)
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", f"{OUT}/backend", f"{HERE}/backend.c"], check=True)
    for project, name in (("src/GslbServer.Balancer", "gslb"), ("tests/load/l7/yarp", "yarp")):
        subprocess.run(["dotnet", "publish", "-v", "q", "-c", "Release", "-o", f"{OUT}/{name}", f"{ROOT}/{project}"], check=True, stdout=subprocess.DEVNULL)


class Server:
    """A process pinned to a core."""

    def __init__(self, name, command, port, core=SERVER):
        self.name, self.port = name, port
        self.process = subprocess.Popen(["taskset", "-c", core, *command], stdout=subprocess.PIPE if core == GENERATOR else open(f"{OUT}/{name}.log", "w"), stderr=subprocess.STDOUT, text=True)

    def cpu_us(self):
        return sum(int(open(f).read().split()[0]) for f in glob.glob(f"/proc/{self.process.pid}/task/*/schedstat")) / 1000

    def rss_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1]) / 1024

    def end(self):
        self.process.terminate()
        return self.process.communicate()[0]


def backend(port, delay_ms=0):
    return Server(f"backend-{port}", [f"{OUT}/backend", str(port), str(delay_ms)], port, GENERATOR)


def from_template(name, command, template, port, backend_port):
    text = open(f"{HERE}/{template}").read().replace("@OUT@", OUT).replace("@PORT@", str(port)).replace("@BACKEND@", str(backend_port))
    open(f"{OUT}/{template}", "w").write(text)
    return Server(name, [*command, f"{OUT}/{template}"], port)


def nginx(port, backend_port):
    return from_template("nginx", ["nginx", "-c"], "nginx.conf", port, backend_port)


def haproxy(port, backend_port):
    return from_template("haproxy", ["haproxy", "-db", "-f"], "haproxy.cfg", port, backend_port)


def yarp(port, backend_port):
    return Server("yarp", [f"{OUT}/yarp/yarp", str(port), str(backend_port)], port)


def settings(backends, policy=None, cluster=None, routes=None):
    """A normal configuration: active checks, ejection, retries, breaker, limits, traces and metrics as they are by default."""
    web = {"HealthCheck": {"Active": {"Enabled": True, "Path": "/healthz", "Timeout": "00:00:05"}}, "Destinations": {f"b{p}": {"Address": f"http://127.0.0.1:{p}/"} for p in backends}}
    if policy:
        web["LoadBalancingPolicy"] = policy
    return {
        "Logging": {"LogLevel": {"Default": "Warning"}},
        "ReverseProxy": {"Routes": routes or {"web": {"ClusterId": "web", "Match": {"Path": "{**path}"}}}, "Clusters": {"web": web}},
        "Balancer": {"DrainWait": 0, "Clusters": {"web": cluster or {}}},
    }


def gslb(port, config, name="gslb"):
    folder = f"{OUT}/{name}-settings"
    os.makedirs(folder, exist_ok=True)
    json.dump(config, open(f"{folder}/appsettings.json", "w"))
    server = Server(name, [f"{OUT}/gslb/gslb-balancer", "--contentRoot", folder, "--urls", f"http://127.0.0.1:{port}", "--admin", f"127.0.0.1:{port + 1000}"], port)
    server.settings = f"{folder}/appsettings.json"
    return server


def metric(server, name):
    import urllib.request
    text = urllib.request.urlopen(f"http://127.0.0.1:{server.port + 1000}/metrics", timeout=30).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name) and line[len(name)] in " {")


def wait(server):
    import socket
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{server.name} does not listen")


class Load:
    """One run of wrk: requests, their quantiles in milliseconds, and failures."""

    def __init__(self, port, seconds, connections=64):
        text = subprocess.run(["taskset", "-c", GENERATOR, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency", f"http://127.0.0.1:{port}/"],
                              capture_output=True, text=True, check=True).stdout
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        self.rps = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        self.p50, self.p99 = (self.milliseconds(re.search(rf"^\s+{q}%\s+(\S+)", text, re.M)[1]) for q in (50, 99))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        self.failed = (int(bad[1]) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0)

    @staticmethod
    def milliseconds(text):
        value, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
        return float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
