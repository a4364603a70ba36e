# Pulls a cable of a machine or makes it a slow one, and puts it back as it was (src/engine/cable.ts): works on the interface with
# an address, in a network namespace that it shares with the machine.
#
# arguments: <IPv4 address> pull
#            <IPv4 address> slow <octets a second> <milliseconds of latency>     0: none of it
#
# pull takes the interface down. The kernel keeps the address, and forgets the routes. slow has what the machine sends there wait
# in queueing disciplines: tc-tbf(8) for the rate, tc-netem(8) for the latency.
#
# It says "ready" when that is done, or "failed <reason>". To a line "restore 0" it takes it back, the default route of the
# interface included, and answers "ok" or "failed <reason>".
use strict;
use warnings;
use Socket qw(AF_INET PF_INET SOCK_DGRAM inet_aton inet_ntoa);

# ioctl(2) numbers of <linux/sockios.h>; flags of netdevice(7) and of <linux/route.h>.
my ($GET_FLAGS, $SET_FLAGS, $GET_ADDRESS, $ADD_ROUTE) = (0x8913, 0x8914, 0x8915, 0x890B);
my ($UP, $ROUTE_UP, $GATEWAY) = (1, 1, 2);
my $REQUEST = 'a16 x24';

$| = 1;
my ($address, $deed, $rate, $latency) = @ARGV;
socket my $socket, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";

sub interface {
    opendir my $handle, '/sys/class/net' or die "/sys/class/net: $!\n";
    for my $name (grep { !/^\./ } readdir $handle) {
        my $request = pack $REQUEST, $name;
        ioctl $socket, $GET_ADDRESS, $request or next;
        return $name if inet_ntoa(substr $request, 20, 4) eq $address;
    }
    die "no interface has $address\n";
}

sub bring {
    my ($name, $up) = @_;
    my $request = pack $REQUEST, $name;
    ioctl $socket, $GET_FLAGS, $request or die "$name: $!\n";
    my $flags = unpack 'x16 S', $request;
    $request = pack 'a16 S x22', $name, $up ? $flags | $UP : $flags & ~$UP;
    ioctl $socket, $SET_FLAGS, $request or die "$name: $!\n";
}

# As four octets; undefined where the default route goes elsewhere (/proc/net/route, proc(5)).
sub gateway_by {
    my ($name) = @_;
    open my $routes, '<', '/proc/net/route' or die "/proc/net/route: $!\n";
    while (my $line = <$routes>) {
        my ($by, $destination, $gateway) = split ' ', $line;
        return pack 'L', hex $gateway if $by eq $name && $destination eq '00000000';
    }
    return undef;
}

sub place { return pack 'S n a4 x8', AF_INET, 0, $_[0] }

sub add_default {
    my ($gateway) = @_;
    my $any = inet_aton('0.0.0.0');
    # struct rtentry of <linux/route.h>
    my $route = pack 'x8 a16 a16 a16 S x62', place($any), place($gateway), place($any), $ROUTE_UP | $GATEWAY;
    ioctl $socket, $ADD_ROUTE, $route or die "default route: $!\n";
}

# rtnetlink(7): numbers of <linux/netlink.h>, <linux/rtnetlink.h> and <linux/pkt_sched.h>.
my ($AF_NETLINK, $SOCK_RAW, $NETLINK_ROUTE) = (16, 3, 0);
my ($NEW_QDISC, $DELETE_QDISC, $ERROR) = (36, 37, 2);
my ($REQUEST_AND_ACK, $CREATE, $REPLACE) = (1 | 4, 0x400, 0x100);
my $ROOT = 0xFFFFFFFF;
# The kernel counts time in units of 64 ns here (PSCHED_SHIFT).
my $TICKS_IN_MS = 1_000_000 / 64;

sub attribute {
    my ($type, $octets) = @_;
    return pack 'S S a* x!4', 4 + length $octets, $type, $octets;
}

# Asks the kernel for a change of queueing disciplines, and dies with its reason.
sub change {
    my ($type, $flags, $index, $handle, $parent, @attributes) = @_;
    my $body = pack('C x3 l L L L', 0, $index, $handle, $parent, 0) . join '', @attributes;
    socket my $netlink, $AF_NETLINK, $SOCK_RAW, $NETLINK_ROUTE or die "netlink: $!\n";
    send $netlink, pack('L S S L L', 16 + length $body, $type, $REQUEST_AND_ACK | $flags, 1, 0) . $body, 0
        or die "netlink: $!\n";
    recv $netlink, my $answer, 8192, 0;
    my ($kind, $code) = unpack 'x4 S x10 l', $answer;
    die "netlink: no acknowledgement\n" if $kind != $ERROR;
    return if $code == 0;
    $! = -$code;
    die "$!\n";
}

# A number that the kernel tells of an interface: SIOCGIFINDEX, SIOCGIFMTU.
my ($GET_INDEX, $GET_MTU) = (0x8933, 0x8921);

sub number_of {
    my ($name, $which) = @_;
    my $request = pack $REQUEST, $name;
    ioctl $socket, $which, $request or die "$name: $!\n";
    return unpack 'x16 l', $request;
}

# struct tc_tbf_qopt. What may come at once has to hold one packet, with the header of its link, and what a timer that is late by 10 ms would have let through.
# Ethernet as the link layer spares the table of times. What finds the queue full is lost, as on a real line.
sub rate_discipline {
    my ($octets, $longest) = @_;
    my $parameters = pack('C C S s S L', 0, 1, 0, 0, 0, $octets) . pack('x12 L L L', 262_144, 0, 0);
    my $at_once = $longest > $octets / 100 ? $longest : $octets / 100;
    return (attribute(1, "tbf\0"), attribute(2, attribute(1, $parameters) . attribute(6, pack 'L', $at_once)));
}

# struct tc_netem_qopt
sub latency_discipline {
    my ($ms) = @_;
    return (attribute(1, "netem\0"), attribute(2, pack 'L6', $ms * $TICKS_IN_MS, 100_000, 0, 0, 0, 0));
}

# Sets one of them. ENOENT: the kernel has it not.
sub set_discipline {
    my ($index, $handle, $parent, $kind, @attributes) = @_;
    return if eval { change($NEW_QDISC, $CREATE | $REPLACE, $index, $handle, $parent, @attributes); 1 };
    die $! == 2 ? "this kernel has no $kind\n" : $@;
}

sub slow {
    my ($name) = @_;
    my $index = number_of($name, $GET_INDEX);
    my $done = eval {
        my ($handle, $parent) = (0x10000, $ROOT);
        if ($rate) {
            set_discipline($index, $handle, $parent, 'tbf', rate_discipline($rate, 18 + number_of($name, $GET_MTU)));
            ($handle, $parent) = (0x20000, 0x10001);
        }
        set_discipline($index, $handle, $parent, 'netem', latency_discipline($latency)) if $latency;
        1;
    };
    return if $done;
    my $reason = $@;
    eval { full_speed($name) };
    die $reason;
}

sub full_speed { change($DELETE_QDISC, 0, number_of($_[0], $GET_INDEX), 0, $ROOT) }

my ($name, $gateway);
# What is done, and what takes it back.
my %DEEDS = (
    pull => [
        sub { $gateway = gateway_by($name); bring($name, 0) },
        sub { bring($name, 1); add_default($gateway) if defined $gateway },
    ],
    slow => [sub { slow($name) }, sub { full_speed($name) }],
);
my ($do, $undo) = @{ $DEEDS{$deed} };
if (!eval { $name = interface(); $do->(); 1 }) {
    print "failed $@";
    exit 1;
}
print "ready\n";
while (defined(my $line = <STDIN>)) {
    print eval { $undo->(); 1 } ? "ok \n" : "failed $@";
}
