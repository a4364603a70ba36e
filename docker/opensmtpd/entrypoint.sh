#!/bin/sh
# Makes the container what the rendered files say, and becomes the program that runs the daemon.
set -eu

printf 'nameserver %s\noptions %s\n' "$MAILRIG_DNS" "$MAILRIG_DNS_OPTIONS" > /etc/resolv.conf

# Removed afterwards, so that a restarted container does not have its people twice.
if [ -f /etc/mailrig/passwd ]; then
  while IFS=: read -r _ _ uid gid _ home _; do
    mkdir -p "$home"
    chown -R "$uid:$gid" "$home"
    # smtpd(8) follows no ~/.forward that others may write.
    [ ! -f "$home/.forward" ] || chmod 644 "$home/.forward"
  done < /etc/mailrig/passwd
  cat /etc/mailrig/passwd >> /etc/passwd
  cat /etc/mailrig/group >> /etc/group
  rm /etc/mailrig/passwd /etc/mailrig/group
fi

exec perl /usr/local/lib/mailrig/run.pl
