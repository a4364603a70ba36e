load servers
setup_file() { start_servers limits; }
teardown_file() { stop_servers; }

@test "says how large a message may be" {
  run swaks --server "$MTA_IP" --helo client.example --quit-after EHLO
  [[ "$output" == *"SIZE 20000"* ]]
}

@test "refuses a larger one" {
  head -c 30000 /dev/zero | tr '\0' x | fold > /tmp/large
  send --to jim@example.com --header 'Subject: Eleven' --body @/tmp/large
  [ "$status" -ne 0 ]
  [[ "$output" == *"<** 552"* ]]
  ! has jim@example.com Eleven
}

@test "delivers what came by TLS" {
  send --to jim@example.com --tls --header 'Subject: Twelve'
  [ "$status" -eq 0 ]
  has jim@example.com Twelve
}
