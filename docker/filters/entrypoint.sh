#!/bin/bash
# Runs each filter that /etc/mailrig/filters names: a line has its name, its user, and its command. A filter may be stopped
# and started again while the container runs: each leads a process group, and after SIGTERM to that this waits for a line in
# the pipe /run/filters/<name>.start. When one ends otherwise, so does the container, with what it said.
set -u
busybox syslogd -n -O /dev/stdout &
mkdir -p /run/filters

run() {
  local name=$1 user=$2 command=$3 status
  mkfifo "/run/filters/$name.start"
  while :; do
    setsid setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- /bin/sh -c "exec $command" &
    echo $! > "/run/filters/$name.pid"
    wait $!
    status=$?
    # 143: SIGTERM, from whoever stops it.
    if [ $status -ne 0 ] && [ $status -ne 143 ]; then
      echo "$name ended with exit code $status"
      return 1
    fi
    read -r _ < "/run/filters/$name.start"
  done
}

while read -r name user command; do
  [ ! -d "/etc/mailrig/keys-of-$name" ] || chown -R "$user" "/etc/mailrig/keys-of-$name"
  run "$name" "$user" "$command" &
  running+=($!)
done < /etc/mailrig/filters
wait -n "${running[@]}"
exit 1
