#!/bin/sh
# Makes the superuser and the database that the environment names, as the official image does, while no server runs:
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB. What is there already stays. Single-user mode ends a statement at an
# empty line (-j).
set -eu
name() { printf '"%s"' "$(printf %s "$1" | sed 's/"/""/g')"; }
text() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

user=$(name "$POSTGRES_USER")
{
  [ "$POSTGRES_USER" = postgres ] || printf 'CREATE ROLE %s SUPERUSER;\n\n' "$user"
  printf 'ALTER ROLE %s LOGIN PASSWORD %s;\n\n' "$user" "$(text "$POSTGRES_PASSWORD")"
  [ "$POSTGRES_DB" = postgres ] || printf 'CREATE DATABASE %s OWNER %s;\n\n' "$(name "$POSTGRES_DB")" "$user"
} | postgres --single -j postgres > /dev/null
