# Reads the log of a host that runs as its image says: at a socket of syslog(3), and in files. It is the first process of a
# container of its own, which shares a volume with the host for each, so nothing is asked of the host's image.
#
# arguments: socket:<path> or file:<path>, in the order in which the lines name them
#
# A line each goes out: "ready" when the socket is there, "open <n>" when file number n was found, and "line <n> <text>".
use strict;
use warnings;
use Fcntl qw(O_NONBLOCK);
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

$| = 1;
# Of an idle host: nobody notices so much, and it costs next to nothing.
my $PAUSE = 0.02;
my (@sockets, @files);
for my $number (0 .. $#ARGV) {
    my ($kind, $path) = split /:/, $ARGV[$number], 2;
    if ($kind eq 'socket') {
        unlink $path;
        my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $path) or die "$path: $!\n";
        # Whoever logs may be any user.
        chmod 0666, $path or die "$path: $!\n";
        push @sockets, [$number, $socket];
    }
    else {
        push @files, { number => $number, path => $path, rest => '' };
    }
}
print "ready\n";

sub put_line {
    my ($number, $text) = @_;
    print "line $number $text\n";
}

# A priority stands in front (RFC 3164, 4.1.1). As a syslogd writes it, a message is one line.
sub heard {
    my ($number, $message) = @_;
    $message =~ s/^<\d{1,3}>//;
    $message =~ s/[\0\n]+\z//;
    $message =~ s/([\0-\x08\x0a-\x1f])/sprintf '#%03o', ord $1/ge;
    put_line($number, $message);
}

sub take_lines {
    my ($file) = @_;
    while (sysread $file->{handle}, my $octets, 65536) {
        $file->{rest} .= $octets;
        while ($file->{rest} =~ s/^([^\n]*)\n//) { put_line($file->{number}, $1) }
    }
}

sub look {
    my ($file) = @_;
    take_lines($file) if $file->{handle};
    my ($device, $inode, $size) = (stat $file->{path})[0, 1, 7];
    return unless defined $inode && -f _;
    my $id = "$device $inode";
    if (!$file->{handle} || $file->{id} ne $id) {
        # Rotated: what the old one still had was taken above.
        open my $handle, '<', $file->{path} or return;
        print "open $file->{number}\n" unless $file->{handle};
        @{$file}{qw(handle id rest)} = ($handle, $id, '');
        take_lines($file);
    }
    elsif ($size < sysseek $file->{handle}, 0, 1) {
        # Cut: the log begins anew.
        sysseek $file->{handle}, 0, 0;
        take_lines($file);
    }
}

for (;;) {
    my $wanted = '';
    vec($wanted, fileno $_->[1], 1) = 1 for @sockets;
    select my $there = $wanted, undef, undef, @files ? $PAUSE : undef;
    for (@sockets) {
        my ($number, $socket) = @$_;
        while (vec $there, fileno $socket, 1) {
            last unless defined recv $socket, my $message, 65536, Socket::MSG_DONTWAIT();
            heard($number, $message);
        }
    }
    look($_) for @files;
}
