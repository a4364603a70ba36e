#!/bin/sh
# Chromium's DevTools listen on loopback alone, whatever --remote-debugging-address says.
set -eu
socat TCP-LISTEN:9222,fork,reuseaddr TCP:127.0.0.1:9221 &

# In a container as root there is no sandbox to be had, and /dev/shm has 64 MB.
exec chromium-headless-shell --no-sandbox --disable-dev-shm-usage --disable-gpu --remote-debugging-port=9221 about:blank
