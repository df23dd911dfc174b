"""Runs a program on a terminal of its own and tells, as JSON, what it wrote at each step.

top.py COMMAND... : steps come as lines on standard input: `wait TEXT`, `key TEXT`, `size ROWS COLS`, `signal NUMBER`, `end`.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

PATIENCE = 60


def size(fd, rows, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


steps = [line.rstrip("\n") for line in sys.stdin]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm-256color", NO_COLOR="")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # shells have what they run in the background ignore it, and programs heed that
    time.sleep(0.2)  # until the terminal has its size
    os.execvp(sys.argv[1], sys.argv[1:])
size(fd, 24, 100)
seen, told = "", []


def read(until):
    """What was written until `until` says so; None for the end of the program."""
    global seen
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if until():
            return True
        if select.select([fd], [], [], 0.1)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                return until()
            seen += data.decode("utf-8", "replace")
    return False


for step in steps:
    word, _, rest = step.partition(" ")
    ok = True
    if word == "wait":
        ok = read(lambda: rest in seen)
    elif word == "key":
        seen = ""
        os.write(fd, rest.encode().decode("unicode_escape").encode())
    elif word == "size":
        while select.select([fd], [], [], 0.3)[0]:  # the rest of a frame of the old size
            os.read(fd, 65536)
        seen = ""
        size(fd, *map(int, rest.split()))
    elif word == "signal":
        seen = ""
        os.kill(pid, int(rest))
    elif word == "end":
        done = []
        read(lambda: False if done else None)
        _, status = os.waitpid(pid, 0)
        told.append({"step": "end", "ok": True, "exit": os.waitstatus_to_exitcode(status), "text": seen})
        break
    told.append({"step": step, "ok": ok, "text": seen})
    if not ok:
        os.kill(pid, signal.SIGKILL)
        break
print(json.dumps(told))
