load servers
setup_file() { start_servers relaying; }
teardown_file() { stop_servers; }

@test "relays nothing for strangers to someone@elsewhere.example" {
  run swaks --server "$MTA_IP" --helo client.example --from marc@client.example --to someone@elsewhere.example
  [ "$status" -ne 0 ]
  [[ "$output" == *"<** "[45]* ]]
}

@test "relays nothing for strangers to someone%elsewhere.example@example.com" {
  run swaks --server "$MTA_IP" --helo client.example --from marc@client.example --to someone%elsewhere.example@example.com
  [ "$status" -ne 0 ]
  [[ "$output" == *"<** "[45]* ]]
}

@test "takes a bounce, whose sender is empty" {
  send --from '<>' --to jim@example.com --header 'Subject: Nine'
  [ "$status" -eq 0 ]
  has jim@example.com Nine
}
