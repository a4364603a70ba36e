# Completes the log of smtpd(8). With "-v -T queue -T bounce" it tells of each envelope, of which a message has one for each
# recipient, in lines of its debugging. From those, this makes lines about the message:
#
#   queue: message 8f2a1b3c coming               a client is handing it over
#   queue: message 8f2a1b3c dropped              the client broke off, or it was refused
#   queue: message 8f2a1b3c removed              its last envelope is gone
#   queue: message 8f2a1b3c made because of 1d…  it is a notification about that one
#   queue: envelope 8f2a1b3c00000001 paused      by an administrator; "resumed" likewise
#   smtpd: listening                             it has its ports
#
# To "smtp message" it adds who brought it and the Message-ID. Every other line of debugging it leaves out.
use strict;
use warnings;
use POSIX 'strftime';

my $SPOOL = '/var/spool/smtpd';
# session → who; bounce session → message; message → envelope → 1.
my (%client, %user, %about, %envelopes);
# message that is coming → its open file, or undef; taken message → its Message-ID.
my (%file, %message_id);

# How many messages are in the queue.
sub waiting { return scalar keys %envelopes }

# The lines that stand for one line of smtpd.
sub complete {
  my ($line) = @_;
  my $head = $line =~ s/^(\w{3} [ \d]\d [\d:]{8} \S+ (?:\w+\.\w+ )?smtpd\[\d+\]: )// ? $1 : stamp();
  return map { "$head$_" } rewritten($line);
}

sub stamp { return strftime '%Y-%m-%dT%H:%M:%SZ ', gmtime }

sub rewritten {
  local ($_) = @_;
  if (/^queue-backend: queue_message_create\(\) -> 1 \(([0-9a-f]{8})\)/) {
    $file{$1} = undef;
    return "queue: message $1 coming";
  }
  if (/^smtp: \S+: message begin/) { look_into($_) for keys %file; return }
  if (/^queue-backend: queue_message_commit\(([0-9a-f]{8})\) -> 1/) {
    look_into($1);
    my $message = delete $file{$1};
    $message_id{$1} = message_id($message) if $message;
    return;
  }
  if (/^queue-backend: queue_message_delete\(([0-9a-f]{8})\)/) {
    delete $envelopes{$1};
    delete $file{$1};
    return "queue: message $1 dropped";
  }
  if (/^queue-backend: queue_envelope_create\(.*\) -> 1 \((([0-9a-f]{8})[0-9a-f]{8})\)/) {
    $envelopes{$2}{$1} = 1;
    return;
  }
  if (/^queue-backend: queue_envelope_walk\(\) -> 1 \((([0-9a-f]{8})[0-9a-f]{8})\)/) {
    $envelopes{$2}{$1} = 1;
    return;
  }
  if (/^queue-backend: queue_envelope_delete\((([0-9a-f]{8})[0-9a-f]{8})\) -> 1/) {
    delete $envelopes{$2}{$1};
    return if %{ $envelopes{$2} };
    delete $envelopes{$2};
    return "queue: message $2 removed";
  }
  if (/^debug: bounce: (0x[0-9a-f]+): found message ([0-9a-f]{8})/) { $about{$1} = $2; return }
  if (/^bounce: (0x[0-9a-f]+): <<< 250 2\.0\.0 ([0-9a-f]{8}) /) {
    return $about{$1} ? "queue: message $2 made because of $about{$1}" : ();
  }
  return "queue: envelope $1 paused" if /^debug: scheduler: suspending evp:([0-9a-f]{16})/;
  return "queue: envelope $1 resumed" if /^debug: scheduler: resuming evp:([0-9a-f]{16})/;
  if (/^([0-9a-f]{16}) smtp connected address=(\S+) host=(\S+)/) { $client{$1} = $2 eq 'local' ? 'local' : "$3\[$2\]" }
  elsif (/^([0-9a-f]{16}) smtp authentication user=(\S+) result=ok/) { $user{$1} = $2 }
  elsif (/^([0-9a-f]{16}) smtp disconnected/) { delete $client{$1}; delete $user{$1} }
  elsif (/^([0-9a-f]{16}) smtp message msgid=([0-9a-f]{8}) /) {
    my $id = delete $message_id{$2};
    $_ .= " client=$client{$1}" if $client{$1};
    $_ .= " user=$user{$1}" if $user{$1};
    $_ .= " message-id=<$id>" if defined $id;
  }
  return 'smtpd: listening' if /^debug: smtp: will accept at most/;
  return if /^(?:debug|profile|setup_\w+|lookup|expand|imsg|scheduler|queue-backend|bounce|mda|mta|smtp): / || /^\s/ || /^mta(?:_postfork)?: /;
  return $_;
}

# Without angle brackets; undef where the message has none.
sub message_id {
  my ($message) = @_;
  local $/ = "\n";
  my $field = '';
  while (my $line = <$message>) {
    last if $line =~ /^\r?\n?$/;
    $field = $line =~ /^[ \t]/ ? $field . $line : $line;
    return $1 if $field =~ /^message-id:\s*<([^>]*)>/i;
  }
  return undef;
}

# Opens the file of a message, which may be delivered and gone before its line is read.
sub look_into {
  my ($msgid) = @_;
  return if $file{$msgid};
  for my $path ("$SPOOL/incoming/$msgid/message", sprintf '%s/queue/%s/%s/message', $SPOOL, substr($msgid, 0, 2), $msgid) {
    open my $message, '<', $path or next;
    return $file{$msgid} = $message;
  }
}

1;
