#!/bin/sh
# Compiles every lookup table that the rendered configuration names, and the alias file.
set -eu
tables=$(cat /etc/mailrig/tables)
newaliases &
aliases=$!
# shellcheck disable=SC2086 # one word a table
[ -z "$tables" ] || postmap $tables
wait "$aliases"
