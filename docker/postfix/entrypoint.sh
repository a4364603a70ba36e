#!/bin/sh
set -eu

# The topology may want its log in files, by priority.
if [ -f /etc/syslog.conf ]; then
  rm -f /dev/log
  syslogd --no-detach --no-klog -m 0 &
  until [ -S /dev/log ]; do sleep 0.01; done
fi

# Postfix believes that a file younger than two seconds is still being written, and every program waits it out. A table
# older than its source it complains of.
touch -c -d @1 /etc/aliases /etc/postfix/*.cf /etc/postfix/*.cidr /etc/postfix/vmailbox

# master says nothing of what it refuses in master.cf: its log is not up by then.
[ -z "${MAILRIG_NATIVE_SERVICES:-}" ] || postconf -M > /dev/null
# The image has the usual alias file compiled. Where somebody else wrote part of main.cf it is compiled all the same: the
# type may be another, and newaliases says what it refuses, as master cannot.
if [ -z "${MAILRIG_NATIVE_PARAMETERS:-}" ] && cmp -s /etc/aliases /usr/local/share/mailrig-aliases; then
  mailrig-compile-tables --tables
else
  mailrig-compile-tables
fi

# What "postfix start-fg" ends in, without its checks of the files that the image was built with: see master(8), -s.
exec /usr/lib/postfix/sbin/master -s
