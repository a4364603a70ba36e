#!/bin/sh
# Makes the container what the rendered files say, and becomes the program that runs the daemon.
set -eu

# smtpd(8) follows no ~/.forward that others may write.
for forward in /home/*/.forward; do
  [ ! -f "$forward" ] || chmod 644 "$forward"
done

exec perl /usr/local/lib/mailrig/run.pl
