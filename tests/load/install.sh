#!/usr/bin/env bash
# Installs what run.sh needs, from Debian, where it is missing. Services of packages that were installed here are switched off.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
has() { [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = 'install ok installed' ] || missing+=("$1"); }
need gcc gcc
need make make
need python3 python3
need ip iproute2
need taskset util-linux
need ethtool ethtool
need kxdpgun knot-dnsutils
has libc6-dev
for package in gdnsd knot knot-module-geoip pdns-server pdns-backend-geoip nsd bind9 mmdb-bin; do has "$package"; done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "installing ${missing[*]}"
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

[ -d /run/systemd/system ] || exit 0
for package in "${missing[@]}"; do
  case $package in
    gdnsd | knot | nsd) $sudo systemctl disable --quiet --now "$package" ;;
    pdns-server) $sudo systemctl disable --quiet --now pdns ;;
    bind9) $sudo systemctl disable --quiet --now named ;;
  esac
done
