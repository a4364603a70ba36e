#!/bin/sh
# Builds sendmail.cf from sendmail.mc and has the daemon start anew with it: process 1 passes the signal on.
set -eu
m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf.new
mv /etc/mail/sendmail.cf.new /etc/mail/sendmail.cf
kill -HUP 1
