load servers
setup_file() { start_servers delivery; }
teardown_file() { stop_servers; }

@test "delivers to a mailbox" {
  send --to jim@example.com --header 'Subject: One'
  [ "$status" -eq 0 ]
  has jim@example.com One
}

@test "delivers to two recipients" {
  send --to jim@example.com,petra@example.com --header 'Subject: Two'
  [ "$status" -eq 0 ]
  has jim@example.com Two
  has petra@example.com Two
}

@test "delivers whatever the detail" {
  send --to jim+lists@example.com --header 'Subject: Three'
  [ "$status" -eq 0 ]
  has jim@example.com Three
}
