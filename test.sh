#!/usr/bin/env bash
# Builds with warnings as errors and runs every test. `./test.sh --all` adds long matrices and fuzzing.
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PATH:/usr/sbin:/sbin" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ "${1:-}" = --all ] && export GSLB_TEST_ALL=1

# Real components that scenarios start or ask; Debian's names.
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need dig bind9-dnsutils
need fstrm_capture fstrm-bin
need promtool prometheus
need named bind9
need dnssec-keygen bind9-utils
need ldns-verify-zone ldnsutils
need unbound unbound
need knotd knot
need nsd nsd
need gdnsd gdnsd
need pdns_server pdns-server
need dnsviz dnsviz
need redis-server redis-server
need mmdblookup mmdb-bin
need openssl openssl
need python3 python3
need faketime faketime
need chromium chromium
need curl curl
need jq jq
need kdig knot-dnsutils
need ip iproute2
need gcc gcc
need make make
need groff groff-base
compgen -G "/usr/lib/*/pdns/libgeoipbackend.so" >/dev/null || missing+=(pdns-backend-geoip)
compgen -G "/usr/lib/*/pdns/libbindbackend.so" >/dev/null || missing+=(pdns-backend-bind)
need systemd-analyze systemd
need bird bird2
need keepalived keepalived
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

dotnet build GslbServer.sln -c Release --nologo -v minimal

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# Runs the tests of a project that a filter lets through; what is printed goes to a log too, and a runner that fails or dies leaves a mark.
tests() { # LOG PROJECT [FILTER]
  dotnet test "tests/GslbServer.$2" -c Release --no-build --nologo ${3:+--filter "$3"} --logger 'console;verbosity=minimal' >"$logs/$1" 2>&1 || touch "$logs/broken"
  cat "$logs/$1"
}

tests unit Tests
tests balancer BalancerTests
tests ceilings Benchmarks
echo "scenarios: some minutes"
tests scenarios Scenarios 'FullyQualifiedName!~Scenarios.Faults'
# The fault matrix waits more than it works: two worlds of it beside each other.
echo "the fault matrix: some minutes"
tests machines Scenarios 'FullyQualifiedName~Faults.Process|FullyQualifiedName~Faults.Machine|FullyQualifiedName~Faults.Clock' &
tests paths Scenarios 'FullyQualifiedName~Scenarios.Faults&FullyQualifiedName!~Faults.Process&FullyQualifiedName!~Faults.Machine&FullyQualifiedName!~Faults.Clock' &
wait

# The runner's closing line: Passed!  - Failed:     0, Passed:     6, Skipped: ...
read -r failed passed < <(cat "$logs"/* | awk -F'[:,]' '/^(Passed|Failed)!/ {f += $2; p += $4} END {print f + 0, p + 0}')
# A runner that died without a closing line is a failure too.
[ -e "$logs/broken" ] && [ "$failed" = 0 ] && failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
