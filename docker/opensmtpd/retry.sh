#!/bin/sh
# Has the daemon try all of its queue now. First it lets go of the hosts that it keeps away from because they did not answer.
# "schedule all" would try what is put aside (smtpctl pause envelope), too.
# Nobody is put aside meanwhile, nor while this waits: see hold in src/servers/opensmtpd/queue.ts.
exec 9> /run/mailrig-retry
flock 9
smtpctl show routes | sed -n 's/^\([1-9][0-9]*\)\. .*/\1/p' | while read -r route; do
  smtpctl resume route "$route" || :
done
waiting=$(smtpctl show queue) || exit
case $waiting in
  *suspend*) ;;
  *) exec smtpctl schedule all ;;
esac
printf '%s\n' "$waiting" | while IFS='|' read -r envelope _ _ flags _; do
  case $flags in *suspend*) ;; *) smtpctl schedule "$envelope" || : ;; esac
done
