load servers
setup_file() { start_servers aliases; }
teardown_file() { stop_servers; }

@test "delivers to whom an alias leads, and to nobody else" {
  send --to sales@example.com --header 'Subject: Four'
  [ "$status" -eq 0 ]
  has petra@example.com Four
  ! has jim@example.com Four
}

@test "delivers to every member of a list" {
  send --to team@example.com --header 'Subject: Five'
  [ "$status" -eq 0 ]
  has jim@example.com Five
  has petra@example.com Five
}

@test "refuses whom it does not know" {
  run swaks --server "$MTA_IP" --helo client.example --from marc@client.example --to stranger@example.com
  [ "$status" -ne 0 ]
  [[ "$output" == *"<** 550"* ]]
}
