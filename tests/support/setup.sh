#!/usr/bin/env bash
# Installs what the tests need beyond Rust: Chromium, PostgreSQL's server programs, Node, playwright-core. Can be run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
missing=()
command -v chromium >/dev/null || missing+=(chromium)
{ pg_config --bindir >/dev/null 2>&1 && [ -x "$(pg_config --bindir)/initdb" ]; } || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v python3 >/dev/null || missing+=(python3)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "Tests need these Debian packages: sudo apt-get install --no-install-recommends ${missing[*]} fonts-liberation" >&2
    exit 1
  fi
  echo "== installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-liberation >/dev/null
fi
if [ ! -d tests/browser/node_modules/playwright-core ]; then
  echo "== installing playwright-core"
  (cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent)
fi
