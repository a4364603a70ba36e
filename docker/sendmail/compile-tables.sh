#!/bin/sh
# Compiles the tables of /etc/mail that sendmail reads in compiled form, side by side: those named, or all. The programs
# take who may own a table, and where the aliases are, from a configuration: the package's own, as m4 may be writing the
# other one meanwhile.
set -eu
cf=/usr/local/lib/mailrig/package.cf
cd /etc/mail
[ $# -gt 0 ] || set -- aliases access virtusertable mailertable domaintable genericstable
jobs=
for table; do
  case $table in
    aliases) /usr/sbin/sendmail -bi -C "$cf" & ;;
    *) makemap -C "$cf" hash "$table" < "$table" & ;;
  esac
  jobs="$jobs $!"
done
for job in $jobs; do wait "$job"; done
