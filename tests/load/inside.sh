#!/usr/bin/env bash
# The part of run.sh that runs in its namespaces: each section named, then the report.
set -uo pipefail
ip link set lo up
# Every address is ours here, so that the generator can ask from addresses that the geo database knows.
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo 2>/dev/null || true
# The session that run.sh made is an autogroup, which the scheduler gives time to as a whole (sched(7)).
[ -z "$LOAD_PRIORITY" ] || echo "$LOAD_PRIORITY" >/proc/self/autogroup

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
