#!/usr/bin/env bash
# Licences, bans and sources of the dependencies by cargo-deny, installed below target/tools; advisories where their database can be reached.
set -euo pipefail
cd "$(dirname "$0")/../.."
deny=target/tools/bin/cargo-deny
command -v cargo-deny >/dev/null && deny=cargo-deny
if ! command -v "$deny" >/dev/null; then
  echo "== installing cargo-deny below target/tools (once)"
  cargo install --quiet cargo-deny --version 0.20.2 --debug --root target/tools --no-default-features
fi
"$deny" --log-level error --config .deny.toml check bans licenses sources
timeout 60 "$deny" --log-level off --config .deny.toml check advisories >/dev/null 2>&1 || echo "advisories: not checked (the database cannot be reached) or open; see .deny.toml"
