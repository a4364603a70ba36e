#!/bin/sh
# Becomes the system log of the host, which every server writes to. mailrig starts the servers one after the other.
set -eu

printf '*.*\t/dev/stdout\n' > /etc/syslog.conf
rm -f /dev/log
# Servers that run in a jail look for the socket in there.
set -- --no-detach --no-klog -m 0
for jail in ${MAILRIG_JAILS:-}; do
  mkdir -p "$jail/dev"
  set -- "$@" -a "$jail/dev/log"
done
# Servers that write files of their own: those lines are read where the system log's are.
for file in ${MAILRIG_LOGS:-}; do
  tail -q -n 0 -F "$file" 2>/dev/null &
done
exec syslogd "$@"
