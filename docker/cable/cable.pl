# Pulls a cable of a machine, and puts it back (src/engine/cable.ts): takes down the interface with an address, in a network
# namespace that it shares with the machine. The kernel keeps the address, and forgets the routes.
#
# arguments: <IPv4 address>
#
# It says "ready" when the interface is down, or "failed <reason>". To a line "restore 0" it brings it up again, with the default
# route if it had that, and answers "ok" or "failed <reason>".
use strict;
use warnings;
use Socket qw(AF_INET PF_INET SOCK_DGRAM inet_aton inet_ntoa);

# ioctl(2) numbers of <linux/sockios.h>; flags of netdevice(7) and of <linux/route.h>.
my ($GET_FLAGS, $SET_FLAGS, $GET_ADDRESS, $ADD_ROUTE) = (0x8913, 0x8914, 0x8915, 0x890B);
my ($UP, $ROUTE_UP, $GATEWAY) = (1, 1, 2);
my $REQUEST = 'a16 x24';

$| = 1;
my ($address) = @ARGV;
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

my ($name, $gateway);
if (!eval { $name = interface(); $gateway = gateway_by($name); bring($name, 0); 1 }) {
    print "failed $@";
    exit 1;
}
print "ready\n";
while (defined(my $line = <STDIN>)) {
    print eval { bring($name, 1); add_default($gateway) if defined $gateway; 1 } ? "ok \n" : "failed $@";
}
