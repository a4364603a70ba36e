#!/usr/bin/perl
# Ends with 0 when Dovecot serves nobody and has written its log: then other people's mailboxes can be put under it. Ends
# with 1, and says what is still busy, where that does not come in a few seconds.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM pack_sockaddr_un);

# Those whose processes serve one session at a time; the master knows which of them serve nobody.
my %SERVES = map { $_ => 1 } qw(imap pop3 managesieve lmtp quota-status doveadm indexer-worker);
my $TRIES = 400;
my $PAUSE = 0.005;
# ioctl_list(2): how many octets a pipe holds.
my $FIONREAD = 0x541B;

# As `doveadm service status` asks; to start that takes ten times as long as to ask.
sub busy_service {
    socket my $master, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
    connect $master, pack_sockaddr_un('/run/dovecot/master') or die "/run/dovecot/master: $!\n";
    syswrite $master, "VERSION\tmaster-client\t1\t1\nSERVICE-STATUS\n" or die "/run/dovecot/master: $!\n";
    my $answer = '';
    while ($answer !~ /\n\n/) { sysread $master, $answer, 65536, length $answer or die "the master hung up\n" }
    for my $line (split /\n/, $answer) {
        my ($name, $processes, $available) = split /\t/, $line;
        return $name if $SERVES{$name} && $processes != $available;
    }
    return undef;
}

sub log_process {
    for my $directory (glob '/proc/[0-9]*') {
        open my $file, '<', "$directory/cmdline" or next;
        return $directory if (<$file> // '') =~ m{^dovecot/log};
    }
    die "Dovecot has no log process\n";
}

# Every process of Dovecot has a pipe to the one that writes the log. It sleeps when it has written all that it has read.
sub unwritten {
    my ($process) = @_;
    for my $path (glob "$process/fd/*") {
        next unless (readlink $path // '') =~ /^pipe:/ && -p $path;
        open my $pipe, '+<', $path or next;
        my $size = pack 'i', 0;
        ioctl $pipe, $FIONREAD, $size or next;
        return 'the log' if unpack 'i', $size;
    }
    open my $stat, '<', "$process/stat" or die "$process: $!\n";
    return <$stat> =~ /\) S / ? undef : 'the log';
}

my $log = log_process();
my $busy;
for (1 .. $TRIES) {
    $busy = busy_service() // unwritten($log);
    exit 0 unless defined $busy;
    select undef, undef, undef, $PAUSE;
}
print STDERR "$busy is busy\n";
exit 1;
