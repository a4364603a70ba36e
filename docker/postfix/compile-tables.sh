#!/bin/sh
# Compiles every lookup table that the rendered configuration names, and the alias file; "--tables": those alone.
set -eu
aliases=
[ "${1:-}" = --tables ] || { newaliases & aliases=$!; }
set --
while read -r table; do set -- "$@" "$table"; done < /etc/mailrig/tables
[ $# -eq 0 ] || postmap "$@"
[ -z "$aliases" ] || wait "$aliases"
