#!/bin/sh
# Runs PostgreSQL. It may be stopped and started again while the container runs: after `pg_ctl stop` this waits for a line
# in the pipe ~/start. When the server ends otherwise, so does the container.
set -eu

export POSTGRES_USER="${POSTGRES_USER:-postgres}" POSTGRES_PASSWORD="${POSTGRES_PASSWORD:-}"
export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
case "$POSTGRES_USER:$POSTGRES_PASSWORD:$POSTGRES_DB" in
  mail:mail:mail) ;;
  *) /usr/local/lib/mailrig/account.sh ;;
esac

while :; do
  postgres & server=$!
  # shellcheck disable=SC2064 # this server
  trap "kill -INT $server; wait $server; exit" TERM INT
  wait "$server"
  read -r _ < "$HOME/start"
done
