#!/bin/sh
set -eu

# Few rounds: these passwords protect nothing.
[ ! -f /etc/mailrig/secrets ] || chpasswd --crypt-method SHA256 --sha-rounds 1000 < /etc/mailrig/secrets
[ ! -f /etc/mailrig/sieve-homes ] || mailrig-compile-sieve

# ManageSieve's part of the settings starts three programs to ask what Sieve can do, unless this says that it is asked
# itself. The configuration is read twice: for the master, which need not know, and for the services, which have another
# environment.
DUMP_CAPABILITY=1 exec dovecot -F
