"""A client for single questions, to see from outside what is in force."""
import os
import socket
import struct

from harness.zone import ORIGIN


class Client:
    """Asks one server over UDP. Timeouts return None."""

    def __init__(self, server, timeout=1.0):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(timeout)
        self._socket.connect((server.address, server.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def address(self, label, subnet=None):
        """The last octet of the first A record. `subnet`: three octets, asked as a /24."""
        return self._ask(label, 1, subnet, lambda data: data[3])

    def serial(self):
        return self._ask("", 6, None, lambda data: struct.unpack(">I", data[-20:-16])[0])

    def _ask(self, label, qtype, subnet, read):
        name = b"".join(bytes([len(part)]) + part.encode() for part in f"{label}.{ORIGIN}".strip(".").split(".")) + b"\0"
        option = struct.pack(">HHHBB", 8, 7, 1, 24, 0) + bytes(subnet) if subnet else b""
        identity = os.urandom(2)
        query = identity + bytes.fromhex("00000001000000000001") + name + struct.pack(">HH", qtype, 1) + struct.pack(">BHHIH", 0, 41, 1232, 0, len(option)) + option
        try:
            self._socket.send(query)
            answer = self._socket.recv(4096)
            while answer[:2] != identity:
                answer = self._socket.recv(4096)
        except OSError:
            return None
        if answer[3] & 15 or answer[7] == 0:
            return None
        # The owner of the first record is a pointer or the name again; type, class, TTL and length follow.
        at = 12 + len(name) + 4
        at += 2 if answer[at] >= 0xC0 else len(name)
        length = struct.unpack(">H", answer[at + 8:at + 10])[0]
        return read(answer[at + 10:at + 10 + length])


def second_database():
    """Another database of the same size and shape, made once: most networks lie elsewhere in it."""
    import subprocess

    from harness import geo, settings

    path = settings.GEO.replace(".mmdb", "-second.mmdb")
    if not os.path.exists(path):
        print("making a second geo database", flush=True)
        csv = settings.OUT + "/second.csv"
        geo.write(csv, settings.NETWORKS, seed=2)
        subprocess.run([settings.GSLB + "/gslb", "geo", "build", csv, "-o", path, "--type", "GeoLite2-City", "--description", "synthetic, another one"], check=True)
        os.remove(csv)
    return path
