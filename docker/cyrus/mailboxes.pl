#!/usr/bin/perl
# Makes what /etc/mailrig/mailboxes.json lists: with "passwords" the users, before Cyrus is up; with "make" the mailboxes,
# their quotas and Sieve scripts, and then tells the master of the services that others are to reach.
use strict;
use warnings;
use lib '/usr/local/lib/mailrig';
use MIME::Base64 qw(encode_base64);
use JSON::PP qw(decode_json);
use Inside;

my $MASTER = '/run/cyrus-master.pid';

open my $file, '<', '/etc/mailrig/mailboxes.json' or die "mailrig: mailboxes.json: $!\n";
my $mailboxes = decode_json(do { local $/; <$file> });

sub set_password {
    my ($mailbox) = @_;
    open my $tool, '|-', 'saslpasswd2', '-p', '-c', '-u', $mailbox->{domain}, $mailbox->{localPart}
        or die "mailrig: saslpasswd2: $!\n";
    print $tool encoded($mailbox->{password});
    close $tool or die "mailrig: saslpasswd2 gave $mailbox->{localPart}\@$mailbox->{domain} no password\n";
}

sub encoded { my ($text) = @_; utf8::encode($text); return $text }

sub make {
    my ($imap, $mailbox) = @_;
    my $name = Inside::quoted("user/$mailbox->{localPart}\@$mailbox->{domain}");
    $imap->must("CREATE $name");
    my $quota = $mailbox->{quota};
    $imap->must("SETQUOTA $name (" . join(' ', map { "$_ $quota->{$_}" } sort keys %$quota) . ')') if %$quota;
}

# As the user: what a folder is used for (RFC 6154) is the user's own affair.
sub make_folders {
    my ($mailbox) = @_;
    my $imap = Inside->login("$mailbox->{localPart}\@$mailbox->{domain}");
    for my $folder (@{ $mailbox->{folders} }) {
        my $name = Inside::quoted($folder->{name});
        my $use = defined $folder->{specialUse} ? " (USE (\\$folder->{specialUse}))" : '';
        $imap->must("CREATE $name$use");
        $imap->must("SUBSCRIBE $name");
    }
}

# ManageSieve (RFC 5804).
sub put_script {
    my ($mailbox) = @_;
    my $user = "$mailbox->{localPart}\@$mailbox->{domain}";
    my $sieve = Inside->connect(14190);
    $sieve->sieve_answer;
    my $login = encode_base64("\0$user\0" . encoded($mailbox->{password}), '');
    my $script = encoded($mailbox->{sieve});
    for (qq(AUTHENTICATE "PLAIN" "$login"), "PUTSCRIPT \"topology\" {" . length($script) . "+}\r\n$script", 'SETACTIVE "topology"') {
        $sieve->send($_);
        my ($condition, $text) = $sieve->sieve_answer;
        next if $condition eq 'OK';
        die /^PUTSCRIPT/ ? "The Sieve script of $user does not compile:\n$text\n" : "ManageSieve for $user: $text\n";
    }
    $sieve->send('LOGOUT');
    $sieve->sieve_answer;
}

if (($ARGV[0] // '') eq 'passwords') {
    set_password($_) for @$mailboxes;
    system('chown', 'root:sasl', '/etc/sasldb2') == 0 or die "mailrig: chown: $?\n";
    exit 0;
}

my $done = eval {
    my $imap = Inside->login('cyrus');
    make($imap, $_) for @$mailboxes;
    $_->{folders} && make_folders($_) for @$mailboxes;
    defined $_->{sieve} && put_script($_) for @$mailboxes;
    rename '/etc/mailrig/cyrus.conf', '/etc/cyrus.conf' or die "cyrus.conf: $!\n";
    1;
};
my $failure = $@;
open my $pid_file, '<', $MASTER or die "mailrig: $MASTER: $!\n";
chomp(my $master = <$pid_file>);
if (!$done) {
    print STDERR "mailrig: $failure";
    kill TERM => $master;
    exit 1;
}
kill HUP => $master or die "mailrig: the master is gone\n";
