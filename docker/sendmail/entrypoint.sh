#!/bin/sh
# Finishes what only a running container knows, then becomes the daemon. MAILRIG_HOST: the server's own name;
# MAILRIG_ADDRESS: its address; MAILRIG_ORIGIN: the domain of bare names in mail submitted here.
set -eu

# The topology may want its log in files, by priority, which Debian 12's busybox cannot do.
if [ -f /etc/syslog.conf ]; then syslogd --no-detach --no-klog -m 0 & else busybox syslogd -n -O /dev/stdout & fi

# Without a qualified name for its host sendmail sleeps 60 seconds before it listens.
read -r own < /etc/hostname
printf '127.0.0.1 localhost\n%s %s %s %s\n' "$MAILRIG_ADDRESS" "$MAILRIG_HOST" "${MAILRIG_HOST%%.*}" "$own" > /etc/hosts

# The image has every table compiled with nothing in it, and the usual aliases: such a one is ready. Not where it is older
# than its source.
set -- access
if cmp -s /etc/mail/aliases /usr/local/lib/mailrig/aliases; then
  touch -r /usr/local/lib/mailrig/aliases /etc/mail/aliases
else
  set -- "$@" aliases
fi
for table in virtusertable mailertable domaintable genericstable; do
  [ ! -s "/etc/mail/$table" ] || set -- "$@" "$table"
done
/usr/local/lib/mailrig/compile-tables.sh "$@" > /dev/null & tables=$!

if [ -s /etc/mailrig/passwd ]; then
  while IFS=: read -r user _ uid _; do
    install -m 660 -o "$uid" -g mail /dev/null "/var/mail/$user"
  done < /etc/mailrig/passwd
  # procmail waits a second where a mailbox, once written to, has been read in that same second, or is new.
  touch -d @0 /var/mail/*
fi
if [ -s /etc/mailrig/sasldb ]; then
  db5.3_load -f /etc/mailrig/sasldb /etc/sasldb2
  chown root:smmsp /etc/sasldb2
  chmod 640 /etc/sasldb2
fi
if [ -n "${MAILRIG_ORIGIN:-}" ]; then
  # In front of the rules, which take the name as they are read.
  sed -i "s/^#Dj.*/Dj$MAILRIG_ORIGIN/; s/^#O HeloName.*/O HeloName=$MAILRIG_HOST/" /etc/mail/submit.cf
fi

m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf
mkdir -p /run/sendmail/mta
wait "$tables"
exec /usr/sbin/sendmail -bD -q1s -L sm-mta
