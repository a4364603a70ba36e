#!/usr/bin/perl
# Stands in for programs that a configuration counts on and that are not there. Accepts, and says what it was asked.
#
#   mailrig-stubs milter ADDRESS    a milter that wants to see nothing, protocol versions 2 to 6
#   mailrig-stubs policy ADDRESS    a policy service that says DUNNO (SMTPD_POLICY_README of Postfix)
#   mailrig-stubs pass ADDRESS TO   carries each connection on to another address: a content filter that finds nothing
#
# An address is unix:/path or inet:port[@host]. What was asked goes to standard output, without the mail itself.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM SOMAXCONN);

my ($kind, $address, $to) = @ARGV;
$| = 1;
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';

sub port_and_host {
    my ($port, $host) = $_[0] =~ /^inet:(\d+)(?:@(.*))?$/ or die "no address: $_[0]\n";
    return ($port, $host // '127.0.0.1');
}

sub listener {
    if ($address =~ /^unix:(.*)$/) {
        my $path = $1;
        unlink $path;
        my $old = umask 0;
        my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $path, Listen => SOMAXCONN) or die "$path: $!\n";
        umask $old;
        return $socket;
    }
    my ($port, $host) = port_and_host($address);
    return IO::Socket::INET->new(LocalAddr => $host, LocalPort => $port, Listen => SOMAXCONN, ReuseAddr => 1)
      || die "$address: $@\n";
}

sub take {
    my ($client, $length) = @_;
    my $octets = '';
    while (length $octets < $length) {
        my $count = sysread $client, $octets, $length - length $octets, length $octets;
        return undef unless $count;
    }
    return $octets;
}

# SMFIC_OPTNEG: version, what the milter may do, what it need not be sent. It does nothing and needs nothing, but each
# command that comes all the same is answered "continue".
sub milter {
    my ($client) = @_;
    while (defined(my $head = take($client, 4))) {
        my $packet = take($client, unpack 'N', $head) // return;
        my $command = substr $packet, 0, 1;
        if ($command eq 'O') {
            my ($version, undef, $protocol) = unpack 'x N3', $packet;
            print "milter $address: a server began a session, version $version\n";
            # No: connect, HELO, MAIL, RCPT, body, header, end of header (SMFIP_NO*, the first seven bits).
            syswrite $client, pack 'N a N3', 13, 'O', $version, 0, $protocol & 0x7f;
        } elsif ($command eq 'Q') { return }
        elsif ($command ne 'A' && $command ne 'D' && $command ne 'K') { syswrite $client, pack 'N a', 1, 'c' }
    }
}

sub policy {
    my ($client) = @_;
    my %asked;
    while (my $line = <$client>) {
        chomp $line;
        if ($line eq '') {
            print "policy $address: asked at $asked{protocol_state}, said DUNNO\n" if $asked{protocol_state};
            print $client "action=DUNNO\n\n";
            $client->flush;
            %asked = ();
        } elsif ($line =~ /^(protocol_state)=(\w+)$/) { $asked{$1} = $2 }
    }
}

sub pass {
    my ($client) = @_;
    my ($port, $host) = port_and_host($to);
    my $server = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port) or return print "filter $address: $to does not answer\n";
    print "filter $address: a message was carried on to $to\n";
    my $both = IO::Select->new($client, $server);
    while (my @ready = $both->can_read) {
        for my $from (@ready) {
            my $count = sysread $from, my $octets, 65536;
            return unless $count;
            my $other = $from == $client ? $server : $client;
            for (my $sent = 0; $sent < $count; ) { $sent += syswrite($other, $octets, $count - $sent, $sent) // return }
        }
    }
}

my %serve = (milter => \&milter, policy => \&policy, pass => \&pass);
my $serve = $serve{ $kind // '' } or die "usage: $0 milter|policy|pass ADDRESS [TO]\n";
my $listener = listener();
# Ready: who waits for the end of this command goes on, and the rest happens in another process.
my $server = fork // die "fork: $!\n";
exit 0 if $server;
open STDIN, '<', '/dev/null';
open STDOUT, '|-', 'logger', '-t', 'mailrig-stub' or die "logger: $!\n";
STDOUT->autoflush;
open STDERR, '>', '/dev/null';
while (1) {
    my $client = $listener->accept or next;
    my $child = fork;
    next if $child || !defined $child;
    close $listener;
    $serve->($client);
    exit 0;
}
