# Makes disks whose power can be cut: ext4 file systems in files in memory, each behind a loop device (loop(4)).
#
# arguments: <MiB of each disk>[,<its options of mount(8)>]...
#
# It says "disk <number> <device>" for each, then "ready". Then it takes "<command> <number>" by lines, and answers "ok <result>"
# or "failed <reason>" to each. When standard input ends, so does this program; the kernel frees a loop device when nobody has
# it open or mounted any more (LO_FLAGS_AUTOCLEAR), so none outlives the containers that mount it.
use strict;
use warnings;
use Errno;
use Fcntl qw(O_CREAT O_WRONLY);

# ioctl(2) numbers of <linux/loop.h>, <linux/fs.h> and of ext4.
my ($GET_FREE, $SET_FD, $SET_STATUS64, $AUTOCLEAR) = (0x4C82, 0x4C00, 0x4C04, 4);
my ($FREEZE, $THAW, $SHUTDOWN, $WITHOUT_LOG_FLUSH) = (0xC0045877, 0xC0045878, 0x8004587D, 2);
my $IMAGES = '/images';

$| = 1;
my @disks;

sub run {
    my (@command) = @_;
    my $said = '';
    open my $output, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', @command or die "$command[0]: $!\n";
    { local $/; $said = <$output> // '' }
    close $output or die "$command[0]: " . ($said =~ s/\s+/ /gr) . "\n";
    return $said;
}

sub make {
    my ($number, $wish) = @_;
    my ($mebibytes, $options) = split /,/, $wish, 2;
    my $image = "$IMAGES/$number";
    open my $file, '+>', $image or die "$image: $!\n";
    truncate $file, $mebibytes << 20 or die "$image: $!\n";
    # A quarter of the usual inodes: to use them up takes a file for each.
    run(qw(mkfs.ext4 -q -F -m 0 -i 16384 -E lazy_itable_init=0,lazy_journal_init=0), $image);
    my ($device, $loop) = attach($file);
    my %disk = (device => $device, loop => $loop, at => "/disk$number", options => $options // 'defaults');
    mkdir $disk{at} or die "$disk{at}: $!\n";
    mount(\%disk);
    # Some servers do not like what they do not know in their queue.
    rmdir "$disk{at}/lost+found";
    return \%disk;
}

# Another process may take the free device first.
sub attach {
    my ($file) = @_;
    open my $control, '+<', '/dev/loop-control' or die "/dev/loop-control: $!\n";
    for (1 .. 20) {
        my $free = ioctl $control, $GET_FREE, 0;
        defined $free or die "no loop device is free: $!\n";
        my $number = $free + 0;
        my $device = "/dev/loop$number";
        -b $device or run('mknod', $device, 'b', 7, $number);
        open my $loop, '+<', $device or die "$device: $!\n";
        ioctl $loop, $SET_FD, fileno($file) + 0 or next;
        # struct loop_info64
        my $info = pack 'Q5 L4 a64 a64 a32 Q2', (0) x 8, $AUTOCLEAR, '', '', '', 0, 0;
        ioctl $loop, $SET_STATUS64, $info or die "$device: $!\n";
        return ($device, $loop);
    }
    die "no loop device is free: others take them\n";
}

sub mount {
    my ($disk) = @_;
    run('mount', '-t', 'ext4', '-o', $disk->{options}, $disk->{device}, $disk->{at});
}

sub control {
    my ($disk, $number, $argument) = @_;
    open my $directory, '<', $disk->{at} or die "$disk->{at}: $!\n";
    ioctl $directory, $number, $argument or die "ioctl: $!\n";
}

my $FILLER = '.mailrig-filler';

# Uses up what is left: by blocks that are taken and never written, so that they take no memory, or by empty files.
sub fill {
    my ($disk, $what) = @_;
    my $directory = "$disk->{at}/$FILLER";
    -d $directory || mkdir $directory or die "$directory: $!\n";
    my $made = 0;
    if ($what eq 'inodes') {
        while (sysopen my $file, "$directory/$made", O_WRONLY | O_CREAT) { $made++ }
        $!{ENOSPC} or die "$directory: $!\n";
        return;
    }
    # The kernel keeps some back for what it has promised to write; it comes free a moment later (delayed allocation).
    run('sync', '-f', $disk->{at});
    for (my $size = 1 << 32; $size >= 1024; ) {
        my $path = "$directory/space$made";
        if (system("fallocate -l $size $path 2>/dev/null") == 0) { $made++ }
        else { unlink $path; $size >>= 1 }
    }
}

my %commands = (
    fill => \&fill,
    free => sub { run('rm', '-rf', "$_[0]{at}/$FILLER"); run('sync', '-f', $_[0]{at}) },
    # From here on nothing reaches the disk, and nothing is read from it. What no sync has asked for is gone.
    cut => sub { control($_[0], $SHUTDOWN, pack 'L', $WITHOUT_LOG_FLUSH) },
    # The disk as the next start of the machine finds it: mounted anew, with its journal replayed.
    replay => sub {
        my ($disk) = @_;
        run('umount', $disk->{at});
        mount($disk);
        my $probe = "$disk->{at}/.mailrig";
        open my $file, '>', $probe or die "somebody has it still mounted: $!\n";
        close $file;
        unlink $probe;
    },
    # Files of this name, wherever they are; says how many there were.
    remove => sub {
        my ($disk, $name) = @_;
        my @found = run('find', $disk->{at}, '-name', $name, '-type', 'f', '-print', '-delete') =~ /^.+$/mg;
        return scalar @found;
    },
    # All that was written so far reaches the disk.
    sync => sub { run('sync', '-f', $_[0]{at}) },
    # Who writes to it waits until it is let go.
    hold => sub { control($_[0], $FREEZE, 0); $_[0]{held} = 1 },
    let => sub { control($_[0], $THAW, 0); $_[0]{held} = 0 },
);

for my $size (@ARGV) {
    my $disk = eval { make(scalar @disks, $size) };
    if (!$disk) { print "failed $@"; exit 1 }
    print 'disk ' . @disks . " $disk->{device}\n";
    push @disks, $disk;
}
print "ready\n";
while (defined(my $line = <STDIN>)) {
    my ($command, $number, @rest) = split ' ', $line;
    my $answer;
    print eval { $answer = $commands{$command}->($disks[$number], @rest); 1 } ? 'ok ' . ($answer // '') . "\n" : "failed $@";
}
# Whoever waited for a disk would wait for ever.
$commands{let}->($_) for grep { $_->{held} } @disks;
