#!/usr/bin/perl
# Answers one question about a user's mail, in JSON: folders USER; status USER FOLDER; fetch USER FIELDS QUERY; find USER
# MESSAGE-ID...; quota USER. Asked by IMAP inside the container, where no password is needed.
use strict;
use warnings;
use lib '/usr/local/lib/mailrig';
use JSON::PP;
use Inside;

my ($question, $user, @arguments) = @ARGV;

my %ANSWERS = (
    folders => \&folders,
    status => \&status,
    fetch => \&fetch,
    find => \&find,
    quota => \&quota,
);

my $imap = Inside->login($user);
# imapd asks for no password here, and so lets in whom it does not know.
if (!grep { /^\* LIST .* INBOX\z/ } $imap->must('LIST "" INBOX')) { print STDERR "there is no user $user\n"; exit 67 }
my $answer = $ANSWERS{$question} or die "no question is called $question\n";
print JSON::PP->new->canonical->encode($answer->(@arguments)), "\n";

sub folders {
    return [map { /^\* LIST \([^)]*\) \S+ (.*)\z/ ? unquoted($1) : () } $imap->must('LIST "" "*"')];
}

sub unquoted { my ($text) = @_; return $text unless $text =~ s/^"(.*)"\z/$1/s; $text =~ s/\\(.)/$1/gs; return $text }

sub status {
    my ($folder) = @_;
    my $items = 'MESSAGES UNSEEN UIDNEXT UIDVALIDITY SIZE';
    my ($line) = grep { /^\* STATUS / } $imap->must('STATUS ' . Inside::quoted($folder) . " ($items)");
    my %value = $line =~ /([A-Z]+) (\d+)(?=[ )])/g;
    my %name = (MESSAGES => 'messages', UNSEEN => 'unseen', UIDNEXT => 'uidNext', UIDVALIDITY => 'uidValidity', SIZE => 'size');
    return { map { $name{$_} => 0 + ($value{$_} // die "no $_ in $line\n") } keys %name };
}

# What `action` gives for each message of every folder that the query finds, as UIDs.
sub of_each_message {
    my ($query, $action) = @_;
    my @found;
    for my $folder (@{ folders() }) {
        $imap->must('EXAMINE ' . Inside::quoted($folder));
        my ($search) = grep { /^\* SEARCH/ } $imap->must("UID SEARCH $query");
        push @found, map { $action->($folder, $_) } ($search // '') =~ /(\d+)/g;
    }
    return \@found;
}

sub fetch {
    my ($fields, $query) = @_;
    my @fields = split / /, $fields;
    return of_each_message($query, sub {
        my ($folder, $uid) = @_;
        my %row;
        for my $field (@fields) {
            if ($field eq 'mailbox') { $row{$field} = $folder; next }
            if (lc $field eq 'uid') { $row{$field} = "$uid"; next }
            my ($line) = grep { /^\* \d+ FETCH / } $imap->must("UID FETCH $uid ($field)");
            $line =~ s/^\* \d+ FETCH \((.*)\)\z/$1/s;
            $line =~ s/ ?\bUID \d+ ?//;
            $row{$field} = $line =~ /^\S+ (.*)\z/s ? unquoted($1) : '';
        }
        return \%row;
    });
}

sub find {
    my (@ids) = @_;
    my %wanted = map { $_ => 1 } @ids;
    my $query = '';
    $query = ($query eq '' ? '' : "OR $query ") . 'HEADER Message-ID ' . Inside::quoted("<$_>") for @ids;
    return of_each_message($query, sub {
        my ($folder, $uid) = @_;
        my $header = join '', $imap->must("UID FETCH $uid BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]");
        my ($id) = $header =~ /<([^>]*)>/;
        return { user => $user, folder => $folder, uid => 0 + $uid, messageId => $id // '' };
    });
}

sub quota {
    my ($line) = grep { /^\* QUOTA / } $imap->must('GETQUOTAROOT INBOX');
    return [] unless defined $line && $line =~ /\(([^()]*)\)\z/;
    my @words = split / /, $1;
    my @rows;
    while (my ($type, $used, $limit) = splice @words, 0, 3) {
        push @rows, { type => $type, used => 0 + $used, limit => 0 + $limit };
    }
    # As Dovecot lists them.
    return [sort { $b->{type} cmp $a->{type} } @rows];
}
