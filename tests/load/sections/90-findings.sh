#!/usr/bin/env bash
# What is behind figures that miss their goal: findings.md, written by people, taken over as it is.
set -euo pipefail
cp "$(dirname "${BASH_SOURCE[0]}")/../findings.md" "$LOAD_OUT/90-findings.md"
