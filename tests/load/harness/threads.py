"""CPU time of a server by thread."""
import contextlib
import os
import time


def cpu_by_thread(server):
    """CPU seconds of each thread that lives."""
    found = {}
    for pid in server.pids():
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                    found[task] = int(file.read().split()[0]) / 1e9
            except OSError:  # it ended
                pass
    return found


def compiles(server):
    """Whether .NET has the thread that compiles again what is called often: it ends once nothing more was for 4 s."""
    for pid in server.pids():
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/comm", encoding="ascii") as name:
                if name.read().startswith(".NET Tiered"):
                    return True
    return False


def serving(server, seconds):
    """Those that a load keeps busy, looked at for so long."""
    before, began = cpu_by_thread(server), time.monotonic()
    time.sleep(seconds)
    elapsed = time.monotonic() - began
    return [task for task, cpu in cpu_by_thread(server).items() if cpu - before.get(task, 0) > 0.05 * elapsed]


class Clock:
    """CPU seconds of a server but for the threads that answer."""

    def __init__(self, server, answering):
        self._server, self._answering = server, answering

    def __call__(self):
        now = cpu_by_thread(self._server)
        return self._server.cpu_seconds() - sum(now[task] for task in self._answering)
