#!/bin/sh
set -eu

# The rig's own resolver: the engine's would ask the world outside.
printf 'nameserver %s\noptions timeout:1 attempts:2 %s\n' "$MAILRIG_DNS" "${MAILRIG_DNS_OPTIONS:-}" > /etc/resolv.conf

[ ! -f /etc/mailrig/sieve-homes ] || mailrig-compile-sieve

exec dovecot -F
