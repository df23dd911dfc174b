"""A synthetic geo database of realistic shape: as many networks as GeoLite2-City has, in lengths and nesting like its own,
52,800 places. Licensed data cannot be shipped; an invented one costs memory, start and lookups the same.

    python3 -m harness.geo OUT.csv [--networks 3800000] [--seed 1]

writes the CSV that `gslb geo build` makes a MaxMind DB of, which all servers then read.
"""
import argparse
import ipaddress
import random

# ISO code, continent, latitude, longitude, weight: about the share of networks that City databases give the country.
COUNTRIES = [
    ("US", "NA", 38, -97, 300), ("CA", "NA", 56, -106, 30), ("MX", "NA", 23, -102, 20),
    ("BR", "SA", -10, -55, 40), ("AR", "SA", -34, -64, 12), ("CO", "SA", 4, -72, 8), ("CL", "SA", -30, -71, 6),
    ("GB", "EU", 54, -2, 40), ("DE", "EU", 51, 9, 45), ("FR", "EU", 46, 2, 35), ("NL", "EU", 52, 5, 20), ("IT", "EU", 42, 12, 20),
    ("ES", "EU", 40, -4, 15), ("PL", "EU", 52, 20, 12), ("SE", "EU", 62, 15, 10), ("RU", "EU", 60, 90, 25), ("UA", "EU", 49, 32, 8),
    ("RO", "EU", 46, 25, 6), ("CH", "EU", 47, 8, 8), ("NO", "EU", 62, 10, 6), ("FI", "EU", 64, 26, 5), ("DK", "EU", 56, 10, 5),
    ("TR", "AS", 39, 35, 10), ("IL", "AS", 31, 35, 5), ("IN", "AS", 20, 77, 30), ("CN", "AS", 35, 105, 110), ("JP", "AS", 36, 138, 60),
    ("KR", "AS", 37, 127, 35), ("TW", "AS", 24, 121, 12), ("HK", "AS", 22, 114, 8), ("SG", "AS", 1, 103, 8), ("ID", "AS", -5, 120, 10),
    ("TH", "AS", 15, 100, 7), ("VN", "AS", 16, 107, 8), ("PH", "AS", 13, 122, 5), ("SA", "AS", 25, 45, 6), ("IR", "AS", 32, 53, 8),
    ("AU", "OC", -27, 133, 25), ("NZ", "OC", -41, 172, 5),
    ("ZA", "AF", -29, 24, 12), ("EG", "AF", 27, 30, 8), ("NG", "AF", 10, 8, 4), ("KE", "AF", 1, 38, 4), ("MA", "AF", 32, -5, 4),
]
CITIES_PER_COUNTRY = 1200
ALL = 3_800_000

# How likely a network of this length is not divided further.
WHOLE_IPV4 = [0.0] * 12 + [0.02] * 5 + [0.12, 0.2, 0.25, 0.35, 0.3, 0.35, 0.4, 0.7, 0.6, 0.6, 0.6, 1.0]
WHOLE_IPV6 = [0.0] * 12 + [0.415] * 34 + [1.0]


def places(rnd):
    """Everything behind the network in a line of the CSV, by country and city."""
    return [
        [
            f"{continent},{country},S{city % 50},City {country} {city},{latitude + rnd.uniform(-5, 5):.4f},{longitude + rnd.uniform(-8, 8):.4f}"
            for city in range(CITIES_PER_COUNTRY)
        ]
        for country, continent, latitude, longitude, _ in COUNTRIES
    ]


def divide(rnd, roots, length, whole, settle, bits, limit):
    """Yields (address, length, country) of the networks in which a random division of the roots ends. At `limit` networks the rest stays whole.

    A country is settled at the length of a regional allocation; below it, some parts belong to another one.
    """
    weights = [c[4] for c in COUNTRIES]
    draw = iter(lambda: rnd.choices(range(len(COUNTRIES)), weights, k=4096), None)
    drawn = (country for block in draw for country in block)
    level, parts = [(root, next(drawn)) for root in roots], len(roots)
    chance = rnd.random
    while level:
        below = []
        for address, country in level:
            if length == settle or settle < length < settle + 8 and chance() < 0.08:
                country = next(drawn)
            if parts >= limit or chance() < whole[length]:
                yield address, length, country
            else:
                parts += 1
                below.append((address, country))
                below.append((address | 1 << (bits - 1 - length), country))
        level, length = below, length + 1


def networks(rnd, limit):
    """Yields (network, country) over the unicast space of both families, without 0/8, 10/8 and 127/8."""
    blocks = [a << 24 for a in range(1, 224) if a not in (10, 127)]
    for address, length, country in divide(rnd, blocks, 8, WHOLE_IPV4, 14, 32, limit * 0.92):
        yield f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}/{length}", country
    for address, length, country in divide(rnd, [0x2 << 124], 3, WHOLE_IPV6, 16, 128, limit * 0.08 / 0.85):
        if rnd.random() < 0.85:  # the rest is not announced
            yield f"{ipaddress.IPv6Address(address)}/{length}", country


def write(path, limit=ALL, seed=1):
    """Writes the CSV and returns the number of networks."""
    rnd = random.Random(seed)
    where = places(rnd)
    count = 0
    with open(path, "w", encoding="ascii") as file:
        file.write("network,continent,country,subdivision,city,latitude,longitude\n")
        for network, country in networks(rnd, limit):
            file.write(f"{network},{where[country][int(rnd.random() * CITIES_PER_COUNTRY)]}\n")
            count += 1
    return count


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out")
    arguments.add_argument("--networks", type=int, default=ALL)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    print(write(given.out, given.networks, given.seed), "networks")
