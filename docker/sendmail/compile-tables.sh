#!/bin/sh
# Compiles the tables of /etc/mail that sendmail reads in compiled form, side by side: those named, or all, and the
# aliases. The programs take who may own a table, and where the aliases are, from a configuration: the package's own, as
# m4 may be writing the other one meanwhile.
set -eu
cf=/usr/local/lib/mailrig/package.cf
cd /etc/mail
[ $# -gt 0 ] || set -- access virtusertable mailertable domaintable genericstable
jobs=
for table; do
  makemap -C "$cf" hash "$table" < "$table" & jobs="$jobs $!"
done
/usr/sbin/sendmail -bi -C "$cf"
for job in $jobs; do wait "$job"; done
