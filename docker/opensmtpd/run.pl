# Runs smtpd(8), hands its log on line by line, and has it try again what it could not deliver: every MAILRIG_RETRY seconds,
# as smtpd's own pace cannot be set. SIGHUP: checks the configuration and starts the daemon anew with it, because smtpd
# reads it at no other time; who waits for that gets a line in a pipe (forget.sh). SIGTERM: ends both.
use strict;
use warnings;
use IO::Select;
use POSIX ':sys_wait_h';
use Socket;
use lib '/usr/local/lib/mailrig';
require 'complete-log.pl';

my $PIPE = '/run/mailrig-log';
my $SYSLOG = '/dev/log';
my $RETRY = $ENV{MAILRIG_RETRY} || 1;
my @DAEMON = ('smtpd', '-F', '-v', map { ('-T', $_) } qw(queue bounce));

# What programs write to standard output and error: smtpd that cannot read its configuration, and syslogd. Opened for reading
# and writing, it never ends, and no writer waits.
unlink $PIPE;
POSIX::mkfifo($PIPE, 0600) or die "$PIPE: $!";
open my $pipe, '+<', $PIPE or die "$PIPE: $!";
$| = 1;

my ($child, $stopping, $again, $starting) = (0, 0, 0, 0);
$SIG{TERM} = $SIG{INT} = sub { $stopping = 1; kill TERM => $child if $child };
$SIG{HUP} = sub { $again = 1 };

# smtpd's processes hand each line to syslog(3) whole. To standard error they would write it in pieces, which mix.
unlink $SYSLOG;
my $socket;
if (-f '/etc/syslog.conf') {
  start('syslogd', '--no-detach', '--no-klog', '-m', '0');
  select undef, undef, undef, 0.01 until -S $SYSLOG;
}
else {
  socket $socket, PF_UNIX, SOCK_DGRAM, 0 or die "socket: $!";
  bind $socket, pack_sockaddr_un($SYSLOG) or die "$SYSLOG: $!";
  chmod 0666, $SYSLOG;
}
write_credentials();
$child = start(@DAEMON);

my $select = IO::Select->new($pipe, $socket // ());
my ($rest, $retry_at, $retrying, @last) = ('', 0, 0);
while (1) {
  read_log(0.2);
  if ($again) {
    $again = 0;
    if (accepted()) { $starting = 1; kill TERM => $child }
    else { announce() }
  }
  while ((my $pid = waitpid -1, WNOHANG) > 0) {
    $retrying = 0 if $pid == $retrying;
    next unless $pid == $child;
    my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    # What it said last is read first.
    1 while read_log(0);
    if ($starting && !$stopping) {
      write_credentials();
      $child = start(@DAEMON);
      next;
    }
    pass_on($rest) if $rest ne '';
    # Why it ended by itself may stand in a line that is left out otherwise.
    print map { "smtpd said: $_\n" } @last unless $stopping;
    exit($stopping ? 0 : $code || 1);
  }
  my $now = time;
  if (!$retrying && !$starting && waiting() && $now >= $retry_at) {
    $retry_at = $now + $RETRY;
    $retrying = start('sh', '/usr/local/lib/mailrig/retry.sh', '>/dev/null');
  }
}

# Whether there was something to read within so many seconds.
sub read_log {
  my ($seconds) = @_;
  my @ready = $select->can_read($seconds);
  for my $handle (@ready) {
    if ($socket && $handle == $socket) {
      recv $socket, my $datagram, 65536, 0;
      # Priority, time and tag of syslog(3).
      $datagram =~ s/^<\d+>//;
      $datagram =~ s/^\w{3} [ \d]\d [\d:]{8} //;
      $datagram =~ s/^smtpd\[\d+\]: //;
      $datagram =~ s/[\n\0]+$//;
      pass_on($datagram);
      next;
    }
    sysread $pipe, my $part, 65536;
    $rest .= $part // '';
    while ($rest =~ s/^([^\n]*)\n//) { pass_on($1) }
  }
  return scalar @ready;
}

sub pass_on {
  my ($line) = @_;
  push @last, $line;
  shift @last if @last > 12;
  for my $told (complete($line)) {
    print "$told\n";
    if ($told =~ / smtpd: listening$/ || $told =~ /: smtpd: listening$/) { $starting = 0; announce() }
  }
}

# Tells those that wait for the daemon to start anew.
sub announce {
  for my $waiting (glob '/run/mailrig-anew.*') {
    open my $line, '>', $waiting or next;
    print $line "done\n";
  }
}

sub accepted {
  my $check = `smtpd -n 2>&1`;
  return 1 if $? == 0;
  print map { complete("warn: configuration refused: $_") . "\n" } split /\n/, $check;
  return 0;
}

# Passwords as crypt(3) has them, which is all that smtpd takes.
sub write_credentials {
  open my $plain, '<', '/etc/mailrig/passwords' or return;
  open my $hashed, '>', '/etc/mailrig/credentials' or die "/etc/mailrig/credentials: $!";
  while (<$plain>) {
    chomp;
    my ($user, $password) = split / /, $_, 2;
    print $hashed "$user ", crypt($password, '$6$rounds=1000$mailrig'), "\n";
  }
}

# The last argument may be `>/dev/null`, for what the program says to be left out.
sub start {
  my @command = @_;
  my $silent = $command[-1] eq '>/dev/null';
  pop @command if $silent;
  my $pid = fork // die "fork: $!";
  return $pid if $pid;
  $SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
  open STDIN, '<', '/dev/null';
  if ($silent) { open STDOUT, '>', '/dev/null' }
  else { open STDOUT, '>&', $pipe }
  open STDERR, '>&STDOUT';
  exec @command or die "$command[0]: $!";
}
