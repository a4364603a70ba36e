#!/bin/sh
# Runs MariaDB. It may be stopped and started again while the container runs: after `mariadb-admin shutdown` this waits for
# a line in the pipe `start`.
set -eu
while :; do
  mariadbd & server=$!
  # shellcheck disable=SC2064 # this server
  trap "kill -TERM $server; wait $server; exit" TERM INT
  wait "$server" || exit
  read -r _ < /var/lib/mysql/start
done
