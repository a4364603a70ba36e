# Runs smtpd(8), hands its log on line by line, and has it try again what it could not deliver: every MAILRIG_RETRY seconds,
# as smtpd's own pace cannot be set. SIGHUP: checks the configuration and starts the daemon anew with it, because smtpd
# reads it at no other time. SIGTERM: ends both.
use strict;
use warnings;
use IO::Select;
use POSIX ':sys_wait_h';
use lib '/usr/local/lib/mailrig';
require 'complete-log.pl';

my $LOG = '/run/mailrig-log';
my $RETRY = $ENV{MAILRIG_RETRY} || 1;
my @TRACE = map { ('-T', $_) } qw(queue bounce);

# One named pipe for all that smtpd and its children say. Opened for reading and writing, it never ends, and no writer waits.
unlink $LOG;
POSIX::mkfifo($LOG, 0600) or die "$LOG: $!";
open my $log, '+<', $LOG or die "$LOG: $!";
$| = 1;

my ($child, $stopping, $again) = (0, 0, 0);
$SIG{TERM} = $SIG{INT} = sub { $stopping = 1; kill TERM => $child if $child };
$SIG{HUP} = sub { $again = 1 };

my $syslog = -f '/etc/syslog.conf';
if ($syslog) {
  unlink '/dev/log';
  start('syslogd', '--no-detach', '--no-klog', '-m', '0');
  select undef, undef, undef, 0.01 until -S '/dev/log';
}
write_credentials();
$child = start('smtpd', ($syslog ? '-F' : '-d'), '-v', @TRACE);

my $select = IO::Select->new($log);
my ($rest, $retry_at, $retrying, @last) = ('', 0, 0);
while (1) {
  if ($select->can_read(0.2)) {
    sysread $log, my $part, 65536;
    $rest .= $part // '';
    while ($rest =~ s/^([^\n]*)\n//) { pass_on($1) }
    next unless $again;
  }
  my $now = time;
  restart() if $again;
  while ((my $pid = waitpid -1, WNOHANG) > 0) {
    $retrying = 0 if $pid == $retrying;
    next unless $pid == $child;
    my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    # What it said last is read first.
    while ($select->can_read(0)) { sysread $log, my $part, 65536; $rest .= $part // '' }
    pass_on($_) for split /\n/, $rest;
    # Why it ended by itself may stand in a line that is left out otherwise.
    print map { "smtpd said: $_\n" } @last unless $stopping;
    exit($stopping ? 0 : $code || 1);
  }
  if (!$retrying && waiting() && $now >= $retry_at) {
    $retry_at = $now + $RETRY;
    $retrying = start('sh', '/usr/local/lib/mailrig/retry.sh');
  }
}

sub pass_on {
  my ($line) = @_;
  push @last, $line;
  shift @last if @last > 12;
  print "$_\n" for complete($line);
}

sub restart {
  $again = 0;
  my $check = `smtpd -n 2>&1`;
  if ($? != 0) {
    print map { complete("warn: configuration refused: $_") . "\n" } split /\n/, $check;
    return;
  }
  write_credentials();
  kill TERM => $child;
  waitpid $child, 0;
  $child = start('smtpd', ($syslog ? '-F' : '-d'), '-v', @TRACE);
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

sub start {
  my @command = @_;
  my $pid = fork // die "fork: $!";
  return $pid if $pid;
  $SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
  open STDIN, '<', '/dev/null';
  open STDOUT, '>&', $log;
  open STDERR, '>&', $log;
  exec @command or die "$command[0]: $!";
}
