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
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

dotnet build GslbServer.sln -c Release --nologo -v minimal

passed=0 failed=0 broken=0
for project in Tests BalancerTests Benchmarks Scenarios; do
  log=$(mktemp)
  dotnet test "tests/GslbServer.$project" -c Release --no-build --nologo --logger 'console;verbosity=minimal' 2>&1 | tee "$log" || broken=1
  # The runner's closing line: Passed!  - Failed:     0, Passed:     6, Skipped: ...
  read -r f p < <(awk -F'[:,]' '/^(Passed|Failed)!/ {f += $2; p += $4} END {print f + 0, p + 0}' "$log")
  failed=$((failed + f)) passed=$((passed + p))
  rm -f "$log"
done
# A runner that died without a closing line is a failure too.
[ "$broken" = 1 ] && [ "$failed" = 0 ] && failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
