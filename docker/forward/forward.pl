# Lets the servers of a rig reach a process of the host that may not listen on low ports, or not on these: it listens
# there in its place, and carries each connection on to the port where the process listens. In front of it goes a header
# that tells who the client is: PROXY protocol, version 2, of HAProxy (proxy-protocol.txt, section 2.2).
#
# Orders come on standard input, one a line, and each is answered by a line, "ok" or what went wrong:
#   tcp <address> <port> <target address> <target port>
#   udp <address> <port> <target address> <target port>
#   have <address> <another address of the container>
#   in <port>
# An address that the container does not have is added to the interface on whose /24 it lies; by `have` to the interface
# of the other one, wherever it lies, so that connections can come from there.
#
# The last is for a process that is on another host than the container. It comes to that port, which the engine publishes,
# and each of its connections begins with the same header, which tells the address that the connection is to come from,
# one of the container's, and where it goes.
#
# Such a process has no address where a connection could be carried on to. Its targets are left out:
#   tcp <address> <port>
#   udp <address> <port>
# Then a line on standard output tells that somebody has come, and the process fetches the connection, by one that begins
# with a header of the command LOCAL and the same addresses:
#   fetch <tcp or udp> <address> <port of the client> <address> <port where it came to>
#
# Datagrams go through one connection, which begins with a header of the command LOCAL: before each datagram stands its
# length with that of its header (16 bits, big-endian) and then the header; answers come back in the same form.
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_TCP TCP_NODELAY inet_aton inet_ntoa);
use POSIX qw(EAGAIN EINPROGRESS EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);

my $SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
my ($LOCAL, $PROXY) = (0x20, 0x21);
my ($TCP4, $UDP4) = (0x11, 0x12);
my $HEADER = 28;
# No more of one side is read while so much of it waits for the other side.
my $MOST_WAITING = 1 << 18;
my $READ = 1 << 16;

# Addresses that this container got beside its own.
my %added;
# File descriptor => what to do when it can be read; the same for writing.
my (%on_readable, %on_writable);

sub header {
    my ($command, $family, $client, $server) = @_;
    my ($client_port, $client_address) = sockaddr_in($client);
    my ($server_port, $server_address) = sockaddr_in($server);
    return $SIGNATURE . pack 'C C n a4 a4 n n', $command, $family, 12, $client_address, $server_address, $client_port,
        $server_port;
}

sub nonblocking {
    my ($handle) = @_;
    fcntl $handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK;
}

sub again { return $! == EAGAIN || $! == EINTR }

# ---- one connection with two ends

# An end: its handle, what waits to be written to it, whether nothing more will come from it, whether nothing more goes
# to it, and whether that is so because it was reset.
sub new_end {
    my ($handle, $waiting) = @_;
    return { handle => $handle, fd => fileno $handle, waiting => $waiting, ended => 0, shut => 0, broken => 0 };
}

# $from: the address to come from; where it is left out, the kernel's choice.
sub connect_to {
    my ($target, $from) = @_;
    socket(my $handle, PF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
    nonblocking($handle);
    setsockopt $handle, IPPROTO_TCP, TCP_NODELAY, 1;
    if (defined $from) { bind $handle, sockaddr_in(0, $from) or die "bind: $!\n" }
    connect $handle, $target or $! == EINPROGRESS or die "connect: $!\n";
    return $handle;
}

sub join_ends {
    my ($near, $far) = @_;
    ($near->{peer}, $far->{peer}) = ($far, $near);
    watch($_) for $near, $far;
}

# Says anew what is waited for at an end.
sub watch {
    my ($end) = @_;
    my ($fd, $peer) = @$end{qw(fd peer)};
    if ($end->{ended} || length $peer->{waiting} >= $MOST_WAITING) { delete $on_readable{$fd} }
    else { $on_readable{$fd} = sub { read_from($end) } }
    if (length $end->{waiting} || ($peer->{ended} && !$end->{shut})) { $on_writable{$fd} = sub { write_to($end) } }
    else { delete $on_writable{$fd} }
}

sub read_from {
    my ($end) = @_;
    my $peer = $end->{peer};
    my $count = sysread($end->{handle}, my $octets, $READ);
    if (!defined $count) {
        break_both($end) unless again();
        return;
    }
    return break_both($end) if $count == 0 && $end->{broken};
    if ($count == 0) { $end->{ended} = 1 }
    # Nobody takes it any more; what comes the other way is still read.
    elsif (!$peer->{shut}) { $peer->{waiting} .= $octets }
    proceed($end);
}

sub write_to {
    my ($end) = @_;
    if (length $end->{waiting}) {
        my $count = syswrite $end->{handle}, $end->{waiting};
        if (defined $count) { substr $end->{waiting}, 0, $count, '' }
        elsif (!again()) {
            return break_both($end) if $end->{ended};
            # What it sent before it went is still to be read. The kernel tells an error once.
            @$end{qw(waiting shut broken)} = ('', 1, 1);
        }
    }
    if ($end->{peer}{ended} && !$end->{shut} && $end->{waiting} eq '') {
        shutdown $end->{handle}, 1;
        $end->{shut} = 1;
    }
    proceed($end);
}

sub proceed {
    my ($end) = @_;
    my $peer = $end->{peer};
    my $over = $end->{ended} && $peer->{ended} && $end->{waiting} eq '' && $peer->{waiting} eq '';
    if ($over) { close_both($end) }
    else { watch($_) for $end, $peer }
}

sub close_both {
    my ($end) = @_;
    for my $one ($end, $end->{peer}) {
        delete $on_readable{ $one->{fd} };
        delete $on_writable{ $one->{fd} };
        close $one->{handle};
    }
    delete $end->{peer}{peer};
    delete $end->{peer};
}

# One end was reset: the other learns it in the same way, after what was still on its way to it.
sub break_both {
    my ($end) = @_;
    my $peer = $end->{peer};
    syswrite $peer->{handle}, $peer->{waiting} if length $peer->{waiting};
    setsockopt $_->{handle}, SOL_SOCKET, SO_LINGER, pack 'i i', 1, 0 for $end, $peer;
    close_both($end);
}

# The header by which a connection is fetched => what to do with who fetches it.
my %awaited;

# Hands a connection to the target to what is to be done then; without target, the connection of who fetches it.
sub reach {
    my ($target, $family, $client, $here, $then) = @_;
    return $then->(connect_to($target)) if defined $target;
    $awaited{ header($LOCAL, $family, $client, $here) } = $then;
    my @words = map { my ($port, $address) = sockaddr_in($_); (inet_ntoa($address), $port) } $client, $here;
    print join(' ', 'fetch', $family == $TCP4 ? 'tcp' : 'udp', @words), "\n";
}

sub forward_tcp {
    my ($listener, $target) = @_;
    return sub {
        my $client = accept(my $handle, $listener) or return;
        nonblocking($handle);
        setsockopt $handle, IPPROTO_TCP, TCP_NODELAY, 1;
        my $here = getsockname $handle;
        my $header = header($PROXY, $TCP4, $client, $here);
        reach($target, $TCP4, $client, $here, sub { join_ends(new_end($handle, ''), new_end($_[0], $header)) });
    };
}

# ---- connections inward

# Takes the header first, by its own length and no octet of what follows.
sub forward_in {
    my ($listener) = @_;
    return sub {
        accept(my $handle, $listener) or return;
        nonblocking($handle);
        setsockopt $handle, IPPROTO_TCP, TCP_NODELAY, 1;
        my ($fd, $received) = (fileno $handle, '');
        $on_readable{$fd} = sub {
            my $count = sysread $handle, $received, $HEADER - length $received, length $received;
            return if !defined $count && again();
            return if $count && length $received < $HEADER;
            delete $on_readable{$fd};
            my $then = $count ? delete $awaited{$received} : undef;
            return $then->($handle) if $then;
            # Whoever says no such thing, or comes to nobody, is reset: a server that does not listen does the same.
            my $far = $count ? eval { connect_as($received) } : undef;
            if (defined $far) { join_ends(new_end($handle, ''), new_end($far, '')) }
            else {
                setsockopt $handle, SOL_SOCKET, SO_LINGER, pack 'i i', 1, 0;
                close $handle;
            }
        };
    };
}

sub connect_as {
    my ($octets) = @_;
    my ($signature, $command, $family, $length, $from, $to, undef, $port) = unpack 'a12 C C n a4 a4 n n', $octets;
    die "no header\n" unless $signature eq $SIGNATURE && $command == $PROXY && $family == $TCP4 && $length == 12;
    # Into the networks that this container stands on, and nowhere else.
    die "not a network of this container\n" unless substr($from, 0, 3) eq substr($to, 0, 3)
        || $added{ inet_ntoa($from) } && stands_on($to);
    return connect_to(pack_sockaddr_in($port, $to), $from);
}

# ---- datagrams

sub forward_udp {
    my ($socket, $target) = @_;
    my $tunnel;
    my $here = getsockname $socket;
    my $answer = sub {
        my ($octets) = @_;
        my ($address, $port) = unpack 'x16 a4 x4 n', $octets;
        send $socket, substr($octets, $HEADER), 0, sockaddr_in($port, $address);
    };
    return sub {
        my $client = recv $socket, my $datagram, 65535, 0;
        return unless defined $client;
        $tunnel = open_tunnel($target, $here, $answer) unless $tunnel && $tunnel->{open};
        my $framed = header($PROXY, $UDP4, $client, $here) . $datagram;
        return if length $framed > 65535 || length $tunnel->{waiting} > $MOST_WAITING;
        $tunnel->{waiting} .= pack('n', length $framed) . $framed;
        $tunnel->{watch}->();
    };
}

sub open_tunnel {
    my ($target, $here, $answer) = @_;
    my $tunnel = { open => 1, waiting => header($LOCAL, $UDP4, $here, $here), watch => sub { } };
    reach($target, $UDP4, $here, $here, sub { run_tunnel($tunnel, $_[0], $answer) });
    return $tunnel;
}

sub run_tunnel {
    my ($tunnel, $handle, $answer) = @_;
    my $fd = fileno $handle;
    my $received = '';
    my $end = sub {
        delete $on_readable{$fd};
        delete $on_writable{$fd};
        close $handle;
        $tunnel->{open} = 0;
    };
    $tunnel->{watch} = sub {
        $on_writable{$fd} = sub {
            my $count = syswrite $handle, $tunnel->{waiting};
            if (defined $count) { substr $tunnel->{waiting}, 0, $count, '' }
            elsif (!again()) { return $end->() }
            delete $on_writable{$fd} unless length $tunnel->{waiting};
        };
    };
    $on_readable{$fd} = sub {
        my $count = sysread $handle, $received, $READ, length $received;
        return if !defined $count && again();
        return $end->() unless $count;
        while (length $received >= 2 && length $received >= 2 + unpack 'n', $received) {
            $answer->(substr $received, 2, unpack 'n', $received);
            substr $received, 0, 2 + unpack('n', $received), '';
        }
    };
    $tunnel->{watch}->();
}

# ---- addresses: netdevice(7), with the numbers of linux/sockios.h

my ($SIOCGIFADDR, $SIOCSIFADDR) = (0x8915, 0x8916);

sub interfaces {
    open my $table, '<', '/proc/net/dev' or die "/proc/net/dev: $!\n";
    my %found;
    socket(my $any, PF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
    for my $name (map { /^\s*([^:\s]+):/ ? $1 : () } <$table>) {
        my $request = pack 'a16 x24', $name;
        $found{$name} = substr $request, 20, 4 if ioctl $any, $SIOCGIFADDR, $request;
    }
    return %found;
}

# Whether it has an address of its own on the /24 of this one.
sub stands_on {
    my ($octets) = @_;
    my %interfaces = interfaces();
    return grep { substr($_, 0, 3) eq substr $octets, 0, 3 } values %interfaces;
}

my $aliases = 0;

# $beside: an address of the interface that gets it; where it is left out, one on the same /24.
sub have_address {
    my ($address, $beside) = @_;
    my $octets = inet_aton($address) // die "$address is no address\n";
    my $near = inet_aton($beside // $address) // die "$beside is no address\n";
    my %interfaces = interfaces();
    return if $added{$address} || grep { $_ eq $octets } values %interfaces;
    my ($name) = grep { substr($interfaces{$_}, 0, 3) eq substr $near, 0, 3 } keys %interfaces;
    die "no interface leads to " . ($beside // $address) . "\n" unless defined $name;
    $aliases += 1;
    socket(my $any, PF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
    ioctl $any, $SIOCSIFADDR, pack 'a16 S x2 a4 x16', "$name:$aliases", AF_INET, $octets or die "$address: $!\n";
    $added{$address} = 1;
}

# ---- the loop

sub obey {
    my ($order) = @_;
    my ($kind, @words) = split ' ', $order;
    return obey_in(@words) if $kind eq 'in' && @words == 1;
    return have_address(@words) if $kind eq 'have' && @words == 2;
    my ($address, $port, $target_address, $target_port) = @words;
    die "no such order: $order\n" unless $kind =~ /^(?:tcp|udp)$/ && (@words == 2 || @words == 4);
    have_address($address);
    my $target = @words == 4 ? pack_sockaddr_in($target_port, inet_aton $target_address) : undef;
    my $socket = bound($kind eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, $address, $port);
    $on_readable{ fileno $socket } = $kind eq 'tcp' ? forward_tcp($socket, $target) : forward_udp($socket, $target);
}

sub obey_in {
    my ($port) = @_;
    my $socket = bound(SOCK_STREAM, '0.0.0.0', $port);
    $on_readable{ fileno $socket } = forward_in($socket);
}

sub bound {
    my ($type, $address, $port) = @_;
    socket(my $socket, PF_INET, $type, 0) or die "socket: $!\n";
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    bind $socket, sockaddr_in($port, inet_aton $address) or die "$address port $port: $!\n";
    nonblocking($socket);
    if ($type == SOCK_STREAM) { listen $socket, 511 or die "listen: $!\n" }
    return $socket;
}

# What one does may end another. What goes wrong with one is nothing to the others.
sub handle {
    my ($waiting, $ready) = @_;
    for my $fd (grep { vec $ready, $_, 1 } keys %$waiting) {
        next unless $waiting->{$fd};
        eval { $waiting->{$fd}->(); 1 } or print STDERR $@;
    }
}

$| = 1;
$SIG{PIPE} = 'IGNORE';
$SIG{$_} = sub { exit 0 } for qw(TERM INT);
my $orders = '';
$on_readable{0} = sub {
    my $count = sysread STDIN, $orders, 4096, length $orders;
    # Whoever gave orders has gone. Not the end: only who removes this container ends it.
    return delete $on_readable{0} if defined $count && $count == 0;
    while ($orders =~ s/^([^\n]*)\n//) {
        print eval { obey($1); 1 } ? "ok\n" : $@;
    }
};
while (1) {
    my ($reading, $writing) = ('', '');
    vec($reading, $_, 1) = 1 for keys %on_readable;
    vec($writing, $_, 1) = 1 for keys %on_writable;
    next if select($reading, $writing, undef, undef) < 0;
    handle(\%on_writable, $writing);
    handle(\%on_readable, $reading);
}
