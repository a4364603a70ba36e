# A line between this machine and a network namespace, on which each packet takes a while: two tun devices (tuntap of the kernel's
# documentation), and this program between them. No kernel module is needed for that, as tc-netem(8) would be.
#
# arguments: <namespace> <milliseconds of one way> <address here> <address there>
#
# It says "ready" when both ends are up, and ends with its standard input.
use strict;
use warnings;
use Socket qw(AF_INET SOCK_DGRAM PF_INET inet_aton pack_sockaddr_in);
use POSIX ();
use Time::HiRes qw(time);

my ($namespace, $ms, $here, $there) = @ARGV;
# <linux/if_tun.h>, <linux/sockios.h>, <sched.h>; the number of setns(2) on x86_64 and aarch64.
my ($SET_INTERFACE, $TUN, $NO_HEADER) = (0x400454ca, 0x0001, 0x1000);
my ($SET_ADDRESS, $SET_PEER, $SET_FLAGS, $UP) = (0x8916, 0x8918, 0x8914, 1);
my $CLONE_NEWNET = 0x40000000;
my %SETNS = (x86_64 => 308, aarch64 => 268);

sub device {
    my ($name, $own, $peer) = @_;
    open my $tun, '+<', '/dev/net/tun' or die "/dev/net/tun: $!\n";
    my $request = pack 'a16 S x22', $name, $TUN | $NO_HEADER;
    ioctl $tun, $SET_INTERFACE, $request or die "tun: $!\n";
    socket my $socket, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    for my $set ([$SET_ADDRESS, $own], [$SET_PEER, $peer]) {
        $request = pack 'a16 a16 x8', $name, pack_sockaddr_in(0, inet_aton($set->[1]));
        ioctl $socket, $set->[0], $request or die "$set->[1]: $!\n";
    }
    $request = pack 'a16 S x22', $name, $UP | 0x40;
    ioctl $socket, $SET_FLAGS, $request or die "$name: $!\n";
    return $tun;
}

$| = 1;
my $near = device('mailrig-far', $here, $there);
my $machine = (POSIX::uname())[4];
open my $where, '<', "/run/netns/$namespace" or die "$namespace: $!\n";
syscall($SETNS{$machine} // die("setns(2) on $machine?\n"), fileno $where, $CLONE_NEWNET) == 0 or die "setns: $!\n";
my $far = device('far', $there, $here);
print "ready\n";

# Packets on their way, in order: when they are due, where they go, what they are.
my @under_way;
while (1) {
    my $now = time;
    while (@under_way && $under_way[0][0] <= $now) {
        my (undef, $to, $packet) = @{ shift @under_way };
        syswrite $to, $packet;
    }
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for $near, $far, *STDIN;
    my $pause = @under_way ? $under_way[0][0] - time : undef;
    $pause = 0 if defined $pause && $pause < 0;
    select $readable, undef, undef, $pause;
    last if vec($readable, fileno STDIN, 1) && !sysread STDIN, my $ignored, 64;
    for my $end ([$near, $far], [$far, $near]) {
        my ($from, $to) = @$end;
        next if !vec $readable, fileno $from, 1;
        sysread $from, my $packet, 65536 or next;
        push @under_way, [time + $ms / 1000, $to, $packet];
    }
}
