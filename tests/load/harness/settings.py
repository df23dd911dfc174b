"""What run.sh was asked to do. It says so in the environment, so that a section may be written in anything."""
import os

OUT = os.environ["LOAD_OUT"]  # results: NN-name.md of each section, raw figures, and a folder for each server
BIN = os.environ["LOAD_BIN"]  # udpload and udpecho
GSLB = os.environ["LOAD_GSLB"]  # the folder that ours was published to
BENCH = os.environ["LOAD_BENCH"]  # the folder that tests/GslbServer.Benchmarks was published to
GEO = os.environ["LOAD_GEO"]  # the geo database
NETWORKS = int(os.environ["LOAD_NETWORKS"])  # networks in it
PEERS = os.environ["LOAD_PEERS"].split()  # servers, in the order of the tables
NAMES = int(os.environ["LOAD_NAMES"])  # static names of the zone
WORKERS = int(os.environ["LOAD_WORKERS"])  # UDP workers of each server
SERVER_CPUS = os.environ["LOAD_SERVER_CPUS"]  # cores of the servers, as taskset takes them
GENERATOR_CPU = os.environ["LOAD_GENERATOR_CPU"]
BASE_PORT = int(os.environ["LOAD_BASE_PORT"])
ROUNDS = int(os.environ["ROUNDS"])
SECONDS = float(os.environ["SECONDS_PER_RUN"])
QUICK = os.environ["LOAD_QUICK"] == "1"  # only see that everything runs
COMMAND = os.environ["LOAD_COMMAND"]
COMMIT = os.environ["LOAD_COMMIT"]  # that ours was built from
KERNEL = os.environ["LOAD_KERNEL"]  # /proc of the machine, whose kernel's threads the run does not see in its own
ADDRESS = os.environ["LOAD_ADDRESS"]  # or ::1
