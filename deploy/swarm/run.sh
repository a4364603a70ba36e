#!/bin/sh
# Runs the shards of a run as a job of Docker Swarm (Docker 20.10 and later), and waits for none of them:
#
#   deploy/swarm/run.sh IMAGE SHARDS [arguments of `mailrig run`]
#
# IMAGE is that of `mailrig build --self`; every node has to have it, and those of the servers (`mailrig build --load`).
# Each task drives the engine of its node by its socket: whoever has that is root there.
#
# WORK: the project, which every node sees and user 1000 may write to, as a mount of Docker. Default: type=bind,src=$PWD.
# SOCKET: of the engine. Default: /var/run/docker.sock. GROUP: whom it belongs to. Default: as on this machine.
# NAME: of the service. Default: mailrig-shards.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 IMAGE SHARDS [arguments of mailrig run]" >&2; exit 2; }
image=$1
shards=$2
shift 2
case $shards in '' | *[!0-9]* | 0) echo "the number of shards is $shards" >&2; exit 2 ;; esac
socket=${SOCKET:-/var/run/docker.sock}

# The network of the node: rigs are reached by their addresses. A name of its own: no other mailrig there takes its
# containers for those of a dead process.
docker service create --detach --name "${NAME:-mailrig-shards}" \
  --mode replicated-job --replicas "$shards" --max-concurrent "$shards" \
  --restart-condition on-failure --restart-max-attempts 2 \
  --network host --hostname 'shard-{{.Task.ID}}' \
  --group "${GROUP:-$(stat -c %g "$socket")}" \
  --mount "type=bind,src=$socket,dst=/var/run/docker.sock" \
  --mount "${WORK:-type=bind,src=$PWD},dst=/work" \
  --env 'MAILRIG_SLOT={{.Task.Slot}}' --env "MAILRIG_SHARDS=$shards" \
  --env "MAILRIG_COMMIT=${MAILRIG_COMMIT:-$(git rev-parse --verify HEAD 2>/dev/null || echo unknown)}" \
  --entrypoint sh "$image" -c "$(cat "$(dirname "$0")/shard.sh")" shard "$@"
