#!/bin/sh
# Makes the container what the rendered files say, and becomes the daemon.
set -e

chgrp Debian-exim /etc/exim4/passwd /etc/exim4/exim.key

# The topology may want its log in files, by priority.
if [ -f /etc/syslog.conf ]; then
  rm -f /dev/log
  syslogd --no-detach --no-klog -m 0 &
  until [ -S /dev/log ]; do sleep 0.01; done
fi

# Exim's main log and panic log are one named pipe.
rm -f /var/log/exim4/mainlog /var/log/exim4/paniclog
mkfifo -m 660 /var/log/exim4/mainlog
chown Debian-exim: /var/log/exim4/mainlog
ln -s mainlog /var/log/exim4/paniclog

# Exim cannot write to the container's output itself: its processes run as several users, and most have another
# standard output. Opened for reading and writing, the pipe never ends and no writer waits for a reader; a line shorter
# than PIPE_BUF (4096) arrives whole and in order (pipe(7)). Opened before Exim starts: Exim does not wait for a reader,
# and where there is none yet it says "Permission denied" and exits.
exec 3<> /var/log/exim4/mainlog
cat <&3 &

exec exim4 -bdf -q1s 3<&-
