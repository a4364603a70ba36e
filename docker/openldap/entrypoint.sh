#!/bin/sh
# Runs slapd. It may be stopped and started again while the container runs: after SIGTERM to slapd this waits for a line in
# the pipe `start`.
set -eu
while :; do
  slapd -d none -u openldap -g openldap -f /usr/local/lib/mailrig/slapd.conf -h 'ldap:/// ldapi://%2Frun%2Fldapi' &
  server=$!
  # shellcheck disable=SC2064 # this server
  trap "kill -TERM $server; wait $server; exit" TERM INT
  wait "$server" || exit
  read -r _ < /var/lib/ldap/start
done
