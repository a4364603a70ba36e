#!/bin/sh
# Has the daemon try all of its queue now. First it lets go of the hosts that it keeps away from because they did not answer.
# What is put aside (smtpctl pause envelope) stays there.
smtpctl show routes | sed -n 's/^\([1-9][0-9]*\)\. .*/\1/p' | while read -r route; do
  smtpctl resume route "$route" || :
done
exec smtpctl schedule all
