# The little of IMAP (RFC 9051) and ManageSieve (RFC 5804) that is spoken inside the container: one command at a time, to
# the ports that ask for no password of the administrator.
package Inside;
use strict;
use warnings;
use IO::Socket::INET;

my $PAUSE = 0.01;
my $TRIES = 3000;

# The server may not listen yet.
sub connect {
    my ($class, $port) = @_;
    for (1 .. $TRIES) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
        return bless { socket => $socket, tag => 0 }, $class if $socket;
        select undef, undef, undef, $PAUSE;
    }
    die "nobody listens at 127.0.0.1:$port: $!\n";
}

sub login {
    my ($class, $user) = @_;
    my $self = $class->connect(1143);
    defined $self->line or die "the server hung up\n";
    $self->must('LOGIN ' . quoted($user) . ' none');
    return $self;
}

sub quoted { my ($text) = @_; $text =~ s/(["\\])/\\$1/g; return qq("$text") }

sub send { my ($self, $text) = @_; print { $self->{socket} } "$text\r\n" or die "the server hung up\n" }

# One line, with the literals in it.
sub line {
    my ($self) = @_;
    my $socket = $self->{socket};
    my $line = '';
    for (;;) {
        my $part = <$socket>;
        return undef unless defined $part;
        $line .= $part =~ s/\r?\n\z//r;
        return $line unless $line =~ /\{(\d+)\+?\}\z/;
        my $octets = '';
        while (length $octets < $1) { read $socket, $octets, $1 - length $octets, length $octets or die "the server hung up\n" }
        $line =~ s/\{\d+\+?\}\z//;
        $line .= quoted($octets);
    }
}

# Sends an IMAP command; gives its condition and text, and the untagged lines before.
sub command {
    my ($self, $text) = @_;
    my $tag = 'a' . ++$self->{tag};
    $self->send("$tag $text");
    my @untagged;
    for (;;) {
        my $line = $self->line // die "the server hung up at $text\n";
        return ($1, $2, @untagged) if $line =~ /^$tag (OK|NO|BAD) ?(.*)\z/s;
        push @untagged, $line;
    }
}

# The untagged lines of a command that has to succeed.
sub must {
    my ($self, $text) = @_;
    my ($condition, $said, @untagged) = $self->command($text);
    die "$text: $said\n" if $condition ne 'OK';
    return @untagged;
}

# The end of one answer of ManageSieve: its condition and text.
sub sieve_answer {
    my ($self) = @_;
    for (;;) {
        my $line = $self->line // die "the server hung up\n";
        return ($1, $2) if $line =~ /^(OK|NO|BYE)\b ?(.*)\z/s;
    }
}

1;
