#!/usr/bin/perl
# Lists everything that doveconf(1) refuses in a configuration, where it stops at the first: on a copy, each place that it
# names is taken out, and it is asked again. One line a fault: file, line, text, separated by tabs.
#
#   mailrig-dovecot-faults [VERSION]    VERSION: what dovecot_config_version is to be where the file does not say
use strict;
use warnings;
use File::Temp qw(tempdir);

my $FROM = '/etc/dovecot';
my $MOST = 300;
my ($version) = @ARGV;

my $copy = tempdir(CLEANUP => 1);
system('cp', '-rL', "$FROM/.", $copy) == 0 or die "cp: $?\n";
# Includes by the whole path would lead back to the original.
for my $file (glob("$copy/*.conf"), glob("$copy/*/*.conf")) {
    open my $in, '<', $file or next;
    my @lines = <$in>;
    s{^(\s*!include(?:_try)?\s+)\Q$FROM\E/}{$1$copy/} for @lines;
    open my $out, '>', $file or die "$file: $!\n";
    print $out @lines;
}
my $main = "$copy/dovecot.conf";
my $first = 0;
for my $round (1 .. $MOST) {
    my $output = `doveconf -n -c '$main' 2>&1 >/dev/null`;
    last if $? == 0;
    my ($text) = $output =~ /^doveconf: (?:Fatal|Error): (.*)$/m or do { report($FROM . '/dovecot.conf', '', $output); last };
    if ($text =~ /The first setting must be dovecot_config_version/ && defined $version && !$first++) {
        report("$FROM/dovecot.conf", 1, 'The first setting must be dovecot_config_version');
        open my $out, '>', "$copy/mailrig-main.conf" or die "$!\n";
        print $out "dovecot_config_version = $version\ndovecot_storage_version = $version\n!include $copy/dovecot.conf\n";
        close $out;
        $main = "$copy/mailrig-main.conf";
        next;
    }
    my ($file, $line, $rest) = $text =~ /^Error in configuration file (\S+?)(?::| line) ?(\d+): (.*)$/;
    if (!defined $file) { report("$FROM/dovecot.conf", '', $text); last }
    report($file, $line, $rest);
    take_out($file, $line) or last;
}

sub report {
    my ($file, $line, $text) = @_;
    $file =~ s/^\Q$copy\E/$FROM/;
    $text =~ s/\Q$copy\E/$FROM/g;
    $text =~ s/[\t\n]+/ /g;
    print "$file\t$line\t$text\n";
}

# Makes comments of a line, of a section that begins there, or of the section that ends there. False where it is none.
sub take_out {
    my ($file, $number) = @_;
    open my $in, '<', $file or return 0;
    my @lines = <$in>;
    my $at = $number - 1;
    return 0 if $at < 0 || $at > $#lines;
    if ($lines[$at] =~ /^\s*\}/) {
        my $depth = 0;
        while ($at >= 0) {
            $depth++ if $lines[$at] =~ /^\s*\}/;
            $depth-- if $lines[$at] =~ /\{\s*(?:#.*)?$/ && $lines[$at] !~ /^\s*#/;
            last if $depth == 0;
            $at--;
        }
    }
    return 0 if $at < 0 || $lines[$at] =~ /^\s*#/;
    my $depth = 0;
    for my $index ($at .. $#lines) {
        my $is_comment = $lines[$index] =~ /^\s*#/;
        $depth++ if !$is_comment && $lines[$index] =~ /\{\s*(?:#.*)?$/;
        $depth-- if !$is_comment && $lines[$index] =~ /^\s*\}/;
        $lines[$index] = "#$lines[$index]";
        last if $depth <= 0;
    }
    open my $out, '>', $file or return 0;
    print $out @lines;
    return close $out;
}
