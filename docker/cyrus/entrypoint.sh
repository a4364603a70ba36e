#!/bin/sh
set -eu

mkdir -p /run/cyrus/proc /run/cyrus/lock /run/cyrus/socket
chown -R cyrus:mail /run/cyrus
chown cyrus:mail /etc/cyrus-tls.key

# Before there is a log: saslpasswd2 complains of each entry that was not there before.
mailrig-mailboxes passwords

busybox syslogd -n -O /dev/stdout &
until [ -S /dev/log ]; do sleep 0.01; done

mailrig-mailboxes make &
exec /usr/sbin/cyrmaster -D -p /run/cyrus-master.pid
