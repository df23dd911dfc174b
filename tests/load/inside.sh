#!/usr/bin/env bash
# The part of run.sh that runs in its namespaces: each section named, then the report.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

ip link set lo up
# Every address is ours here, so that the generator can ask from addresses that the geo database knows.
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo 2>/dev/null || true
# The session's share of a machine that does other things too. Not permitted without root, and not needed on an idle machine.
echo -10 2>/dev/null >/proc/self/autogroup || true

done=() failed=0
for section in "$@"; do
  name=$(basename "${section%.*}")
  printf '\n== %s\n' "$name"
  rm -f "$LOAD_OUT/$name.md"
  if "$section" && [ -s "$LOAD_OUT/$name.md" ]; then
    done+=("$name")
  else
    echo "$name failed; its text in RESULTS.md stays" >&2
    failed=1
  fi
done
python3 -m harness.report "${done[@]}"
exit "$failed"
