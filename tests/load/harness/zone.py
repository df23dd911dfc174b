"""The zone that all servers serve, and its static part as a master file."""
import math
from dataclasses import dataclass

ORIGIN = "example.org"
TTL = 60


@dataclass(frozen=True)
class Region:
    name: str
    latitude: float
    longitude: float
    address: str


@dataclass(frozen=True)
class Zone:
    """Names h000 ... with A and AAAA, and steered names s0 ... with the address of the nearest region."""

    names: int = 1000
    steered: int = 1
    regions: int = 3
    check_port: int = 0  # where regions answer HTTP checks, twice a second (gslb) or as often as it can be had (gdnsd); 0: no checks

    def static_names(self):
        width = len(str(self.names - 1))
        return (f"h{i:0{width}d}" for i in range(self.names))

    def steered_names(self):
        width = len(str(self.steered - 1))
        return (f"s{i:0{width}d}" for i in range(self.steered))

    def places(self):
        """The regions: one for each of three continents, then evenly over the globe."""
        known = [("na", 38.0, -97.0), ("eu", 50.0, 9.0), ("as", 20.0, 100.0)]
        # Fibonacci's sphere: turns of the golden angle, latitudes of equal area.
        spread = [
            (f"r{i}", math.degrees(math.asin(2 * (i + 0.5) / self.regions - 1)), (i * 137.50776) % 360 - 180) for i in range(3, self.regions)
        ]
        return [Region(name, round(lat, 2), round(lon, 2), f"192.0.2.{i + 1}") for i, (name, lat, lon) in enumerate(known[: self.regions] + spread)]

    def static_records(self):
        """Yields (name, IPv4 address, IPv6 address), addresses from the blocks for benchmarks and documentation (RFC 2544, RFC 3849)."""
        for i, name in enumerate(self.static_names()):
            yield name, f"198.{18 + (i >> 16 & 1)}.{i >> 8 & 255}.{i & 255}", f"2001:db8::{i >> 16:x}:{i & 65535:x}"

    def write(self, path, steered="A 192.0.2.1"):
        """Writes a master file. `steered`: what stands at each steered name; default an address, for servers that do not steer."""
        with open(path, "w", encoding="ascii") as file:
            file.write(f"$ORIGIN {ORIGIN}.\n$TTL {TTL}\n@ SOA ns1 hostmaster 1 7200 3600 86400 {TTL}\n@ NS ns1\nns1 A 192.0.2.53\n")
            file.writelines(f"{name} {TTL} {steered}\n" for name in self.steered_names())
            file.writelines(f"{name} A {ipv4}\n{name} AAAA {ipv6}\n" for name, ipv4, ipv6 in self.static_records())
