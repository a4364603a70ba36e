#!/bin/sh
set -eu

# The rig's own resolver: the engine's would ask the world outside.
printf 'nameserver %s\noptions %s\n' "$MAILRIG_DNS" "$MAILRIG_DNS_OPTIONS" > /etc/resolv.conf

# Unix accounts for PAM, once: a container may be started again. Few rounds: these passwords protect nothing.
if [ -f /etc/mailrig/passwd ]; then
  cat /etc/mailrig/passwd >> /etc/passwd
  cat /etc/mailrig/group >> /etc/group
  while IFS=: read -r _ _ uid gid _ home _; do
    mkdir -p "$home"
    chown "$uid:$gid" "$home"
  done < /etc/mailrig/passwd
  chpasswd --crypt-method SHA256 --sha-rounds 1000 < /etc/mailrig/secrets
  rm /etc/mailrig/passwd /etc/mailrig/group /etc/mailrig/secrets
fi
[ ! -f /etc/mailrig/sieve-homes ] || mailrig-compile-sieve

# ManageSieve's part of the settings starts three programs to ask what Sieve can do, unless this says that it is asked
# itself. The configuration is read twice: for the master, which need not know, and for the services, which have another
# environment.
DUMP_CAPABILITY=1 exec dovecot -F
