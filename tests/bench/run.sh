#!/usr/bin/env bash
# Measures the public pages of a release build beside a bare axum route. BENCH_SECONDS and BENCH_ROUNDS make it shorter.
set -euo pipefail
cd "$(dirname "$0")/../.."
missing=()
for tool in wrk python3; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "The benchmark needs these Debian packages: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  echo "== installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
echo "== building (12 minutes the first time)"
# Both in one command: the same versions and features of axum.
cargo build --quiet --release -p forenotice -p bare
exec python3 tests/bench/page.py
