"""The floor: the datagram back with its QR bit set, by recvmmsg and sendmmsg in C (tools/udpecho.c)."""
from harness import settings


def prepare(setup):
    return [settings.BIN + "/udpecho", "--address", setup.address, "--port", str(setup.port), "--workers", str(setup.workers)]


def version():
    return "C echo (recvmmsg/sendmmsg, 32 at a time)"
