#!/usr/bin/env bash
# Rehearses the failure of a region on the Compose example, and measures it from outside with dig:
#   drill.sh synthetic [REGION]    gslb drill: the nodes' probes of the region count as failed, the region serves on
#   drill.sh kill      [REGION]    the region's balancer is killed, and started again
# REGION is us-east, eu-west (default) or ap-south. The example must be up: docker compose up -d --build.
# COMPOSE says how Compose is called here (default: docker compose). Needs dig.
set -euo pipefail
cd "$(dirname "$0")/../.."
read -ra compose <<<"${COMPOSE:-docker compose}"

mode=${1:-} region=${2:-eu-west}
case $region in
  us-east) balancer=balancer-us place=192.0.2.0/24 address=172.28.53.21 ;;
  eu-west) balancer=balancer-eu place=198.51.100.0/24 address=172.28.53.31 ;;
  ap-south) balancer=balancer-ap place=203.0.113.0/24 address=172.28.53.41 ;;
  *) echo "$region: expected us-east, eu-west or ap-south" >&2; exit 1 ;;
esac
case $mode in synthetic | kill) ;; *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 1 ;; esac

names=(dns-1 dns-2) ports=(5301 5302) limit=120
start=$(date +%s%N)
since() { awk -v ns="$(($(date +%s%N) - start))" 'BEGIN { printf "%.1f", ns / 1e9 }'; }
gslb() { "${compose[@]}" exec -T dns-1 gslb "$@"; }
ask() { dig @127.0.0.1 -p "$1" www.gslb.example "+subnet=$place" +noall +answer +tries=1 +time=2 | awk '{ print $5, $2; exit }'; }

# until_answer old|new: digs at both nodes until each gives such an answer, and says when each first did. Every answer must be one.
until_answer() {
  local seen=("" "") answer ttl i
  while [ -z "${seen[0]}" ] || [ -z "${seen[1]}" ]; do
    for i in 0 1; do
      read -r answer ttl < <(ask "${ports[i]}") || true
      [ -n "${answer:-}" ] || { echo "${names[i]} gives no answer" >&2; exit 1; }
      { [ "$1" = old ] && [ "$answer" != "$address" ]; } && continue
      { [ "$1" = new ] && [ "$answer" = "$address" ]; } && continue
      [ -n "${seen[i]}" ] || { seen[i]=$(since); echo "after ${seen[i]} s  ${names[i]}: $answer, TTL $ttl"; }
    done
    [ "$(($(date +%s%N) - start))" -lt "$((limit * 1000000000))" ] || { echo "no $1 answer within $limit s" >&2; exit 1; }
    sleep 0.2
  done
}

echo "before: $region answers clients in $place with $address"
until_answer old
start=$(date +%s%N)
if [ "$mode" = synthetic ]; then
  gslb drill start "$region" --for 10m --reason "rehearsal by drill.sh"
  trap 'gslb drill stop "$region" >/dev/null 2>&1 || true' EXIT
else
  "${compose[@]}" kill "$balancer"
  trap '"${compose[@]}" start "$balancer" >/dev/null 2>&1 || true' EXIT
fi
echo "first new answer:"
until_answer new

start=$(date +%s%N)
if [ "$mode" = synthetic ]; then gslb drill stop "$region"; else "${compose[@]}" start "$balancer"; fi
trap - EXIT
echo "first old answer:"
until_answer old

if [ "$mode" = synthetic ]; then
  sleep 3   # what the other node saw comes with its next report
  gslb drill report "$region"
else
  gslb status | sed -n '1,12p' || true
fi
