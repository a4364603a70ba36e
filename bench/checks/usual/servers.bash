# What the tests share, as such suites have it: servers in containers of their own for each file, a wait until they answer,
# and a pause after each message. /suite/<area> holds their configuration and, in `place`, their images and addresses.

start_servers() {
  . "/suite/$1/place"
  docker create --name "$STORE" --hostname store.rig.test --network "$LAN" --ip "$STORE_IP" --dns "$DNS" \
    --env-file "/suite/$1/store.env" "$STORE_IMAGE"
  docker create --name "$MTA" --hostname "$MTA_HOST" --network "$LAN" --ip "$MTA_LAN_IP" --dns "$DNS" \
    --env-file "/suite/$1/mta.env" "$MTA_IMAGE"
  docker network connect --ip "$MTA_IP" "$INTERNET" "$MTA"
  docker cp "/suite/$1/store/." "$STORE:/"
  docker cp "/suite/$1/mta/." "$MTA:/"
  docker start "$STORE" "$MTA"
  until answers "$MTA_IP" 25 && answers "$STORE_IP" 143; do sleep 1; done
  export MTA STORE MTA_IP
}

answers() { (exec 3<> "/dev/tcp/$1/$2" && read -r -t 1 _ <&3) 2> /dev/null; }

stop_servers() { docker rm --force --volumes "$MTA" "$STORE"; }

# Sends a message, with more options of swaks, and gives it time to arrive.
send() {
  run swaks --server "$MTA_IP" --helo client.example --from marc@client.example "$@"
  sleep 2
}

# Whether a mailbox has the message of that subject.
has() { [ -n "$(docker exec "$STORE" doveadm search -u "$1" mailbox INBOX header Subject "$2")" ]; }
