"""TCP load against a server."""
import json
import subprocess

from harness import settings


def load(server, zone, connections, window, mix="static", seed=1, seconds=settings.SECONDS, warmup=0.3):
    """Runs tcpload and returns what it says of its interval: answered, lost, wrong, closed, qps, cpu_us by answer, ..."""
    command = [
        settings.BIN + "/tcpload", "--server", server.address, "--port", str(server.port), "--mix", mix, "--names", str(zone.names), "--steered", str(zone.steered),
        "--connections", str(connections), "--window", str(window), "--seconds", str(seconds), "--warmup", str(warmup), "--seed", str(seed),
        "--pids", ",".join(map(str, server.pids())), "--cpu", settings.GENERATOR_CPU,
    ]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
