#!/usr/bin/env bash
# Runs a command with a private Postgres cluster in a temporary folder: TEST_POSTGRES_URL names it.
#   tests/support/postgres.sh cargo test
set -euo pipefail
bin=$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server programs are missing: apt-get install postgresql" >&2; exit 1; }
folder=$(mktemp -d)
chmod 755 "$folder"
as=()   # the server refuses to run as root
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || useradd --system postgres
  chown postgres "$folder"
  as=(runuser -u postgres --)
fi
stop() { (cd / && "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1) || true; rm -rf "$folder"; }
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd_root() { (cd / && "${as[@]}" "$@"); }
cd_root "$bin/initdb" -D "$folder/data" -U forenotice -A trust -E UTF8 --locale=C >/dev/null
cd_root "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" start \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$folder' -c fsync=off -c max_connections=300" >/dev/null
export TEST_POSTGRES_URL="postgres://forenotice@127.0.0.1:$port/postgres"
"$@"
