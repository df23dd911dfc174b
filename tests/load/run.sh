#!/usr/bin/env bash
# Runs the load tests side by side and writes RESULTS.md. README.md beside this file explains what is measured and how.
set -euo pipefail

usage() {
  cat <<'EOF'
tests/load/run.sh [options]

  --rounds N          rounds; in each, every mix is run against every server (15)
  --seconds S         seconds of one run (0.5)
  --only A,B          these sections only, by name or number; all others keep their text in RESULTS.md
  --peers A,B         servers, in this order (echo,gslb,gdnsd,knot,pdns,nsd,bind); NAME=FOLDER is another build of
                      ours, made with `dotnet publish src/GslbServer -o FOLDER`
  --names N           names of the zone (1000)
  --networks N        networks of the geo database, at most about 3.8 million (3800000)
  --workers N         UDP workers of each server (1)
  --server-cpus LIST  cores of the servers (1)
  --generator-cpu N   core of the generator (0)
  --ipv6              servers on ::1 instead of 127.0.0.1
  --priority N        ask for more of a machine that does other things too: nice value of the run as a whole, -10 say; it
                      takes the cores from everything else (needs root and autogroups)
  --quick             a few seconds in all, to see that everything runs; the result goes to out/quick/RESULTS.md
  --no-install        install no packages: a server that is missing is a line that says so
  --list              print the sections
EOF
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=15 seconds=0.5 only='' peers=echo,gslb,gdnsd,knot,pdns,nsd,bind names=1000 networks=3800000 workers=1
server_cpus=1 generator_cpu=0 address=127.0.0.1 priority='' quick=0 install=1
command="tests/load/run.sh${*:+ $*}"
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --only) only=$2; shift ;;
    --peers) peers=$2; shift ;;
    --names) names=$2; shift ;;
    --networks) networks=$2; shift ;;
    --workers) workers=$2; shift ;;
    --server-cpus) server_cpus=$2; shift ;;
    --generator-cpu) generator_cpu=$2; shift ;;
    --ipv6) address=::1 ;;
    --priority) priority=$2; shift ;;
    --quick) quick=1 rounds=2 seconds=0.3 networks=20000 ;;
    --no-install) install=0 ;;
    --list) basename -a "$here"/sections/[0-9]*; exit ;;
    -h | --help) usage; exit ;;
    *) echo "unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

for peer in ${peers//,/ }; do
  [[ $peer = *=* && -x ${peer#*=}/gslb || -e $here/harness/peers/$peer.py && $peer != __* ]] && continue
  echo "no server \"$peer\": neither a file in harness/peers nor NAME=FOLDER with a gslb in it" >&2
  exit 2
done

PATH=$PATH:/usr/sbin:/sbin
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export LOAD_OUT=$here/out LOAD_BIN=$here/out/bin
[ "$quick" = 1 ] && LOAD_OUT=$here/out/quick
export LOAD_GEO=$here/out/geo-$networks.mmdb LOAD_GSLB=$here/out/gslb LOAD_BENCH=$here/out/bench LOAD_PEERS=${peers//,/ } LOAD_COMMAND=$command LOAD_QUICK=$quick
# What is built is what stands here now; it may be committed while the run goes on.
LOAD_COMMIT=$(git -C "$here" describe --always --dirty 2>/dev/null || echo "no commit")
export LOAD_COMMIT LOAD_NAMES=$names LOAD_NETWORKS=$networks LOAD_WORKERS=$workers LOAD_SERVER_CPUS=$server_cpus LOAD_GENERATOR_CPU=$generator_cpu
export LOAD_ADDRESS=$address LOAD_BASE_PORT=5400 LOAD_PRIORITY=$priority ROUNDS=$rounds SECONDS_PER_RUN=$seconds
export LOAD_KERNEL=/proc/self/fd/9
mkdir -p "$LOAD_OUT" "$LOAD_BIN"

[ "$install" = 1 ] && "$here/install.sh"
make -s -C "$here/tools" OUT="$LOAD_BIN"
echo "publishing src/GslbServer"
dotnet publish "$here/../../src/GslbServer" -c Release -o "$LOAD_GSLB" -v quiet -nologo
dotnet publish "$here/../GslbServer.Benchmarks" -c Release -o "$LOAD_BENCH" -v quiet -nologo
if [ ! -e "$LOAD_GEO" ]; then
  echo "making a geo database of $networks networks"
  python3 -m harness.geo "$LOAD_OUT/geo.csv" --networks "$networks"
  "$LOAD_GSLB/gslb" geo build "$LOAD_OUT/geo.csv" -o "$LOAD_GEO.new" --type GeoLite2-City --description "synthetic, of $networks networks"
  rm "$LOAD_OUT/geo.csv"
  mv "$LOAD_GEO.new" "$LOAD_GEO"
fi

sections=()
for file in "$here"/sections/[0-9]*; do
  name=$(basename "${file%.*}")
  # 00-setting says what the others ran on.
  [[ -z $only || $name = 00-* || ",$only," = *,"$name",* || ",$only," = *,"${name#*-}",* || ",$only," = *,"${name%%-*}",* ]] && sections+=("$file")
done

# A fresh network namespace: neither firewall nor connection tracking of the host are in the figures, and all ports are free. A fresh
# process namespace: whatever happens, the kernel ends all that was started when its first process ends. A session of our own: one autogroup.
namespaces=(--net --pid --fork --mount-proc --kill-child)
[ "$(id -u)" = 0 ] || namespaces+=(--map-root-user)
exec 9</proc  # threads of the kernel are seen from out here alone
setsid unshare "${namespaces[@]}" "$here/inside.sh" "${sections[@]}" &
inside=$!
trap 'kill -KILL "$inside" 2>/dev/null; echo "interrupted; RESULTS.md is as it was" >&2; exit 130' INT TERM HUP
wait "$inside"
