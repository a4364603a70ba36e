#!/bin/sh
# Makes the Sieve script of each listed home the active one and compiles it. Run before the mail goes to vmail: root is
# nobody special here once a directory belongs to somebody else.
set -eu

while read -r home; do
  ln -s sieve/topology.sieve "$home/.dovecot.sieve"
  if ! report=$(sievec "$home/sieve/topology.sieve" 2>&1); then
    printf 'The Sieve script of %s does not compile:\n%s\n' "${home#/var/vmail/}" "$report" >&2
    exit 1
  fi
done < /etc/mailrig/sieve-homes
chown -R vmail:vmail /var/vmail/*
