# Process 1 of a rig's container: boots a server from the files of a topology, runs commands beside it, and makes the
# container as it was before the first boot, so that the next rig need not wait for the engine to make another.
#
# arguments: <token> <capabilities the server keeps, as setpriv(1) names them> <entrypoint of the image...>
#
# Commands come on standard input: "<command> <id> <length>\n" and so many octets, fields ended by NUL. Answers go out
# between the log lines of the server, as "\x1e<token> <id> <kind> <length>\n" and so many octets: o and e are output of
# a command, x is how it ended, d tells that the server has ended. An answer is never longer than PIPE_BUF (4096), so no
# line of a server can come in the middle of it (pipe(7)).
use strict;
use warnings;
use POSIX qw(EAGAIN ECHILD EINTR WNOHANG WIFEXITED WEXITSTATUS WTERMSIG _exit mkfifo);
use Socket qw(MSG_DONTWAIT PF_UNIX SOCK_DGRAM pack_sockaddr_un);
use Fcntl qw(F_GETFL F_SETFL O_CREAT O_NONBLOCK O_TRUNC O_WRONLY S_ISDIR S_ISREG S_ISLNK S_ISFIFO);

my ($token, $capabilities, @entrypoint) = @ARGV;
my ($server, $server_id, $ending, %pending) = (0, 0, 0);

# ---- answers

sub put_all {
    my ($fd, $octets) = @_;
    while (length $octets) {
        my $written = POSIX::write($fd, $octets, length $octets);
        if (defined $written) {
            substr $octets, 0, $written, '';
            next;
        }
        next if $! == EINTR;
        return if $! != EAGAIN;
        # A server may have made the pipe we share non-blocking.
        vec(my $wanted = '', $fd, 1) = 1;
        select undef, $wanted, undef, 1;
    }
}

sub answer {
    my ($fd, $id, $kind, $octets) = @_;
    do {
        my $part = substr $octets, 0, 3900, '';
        put_all($fd, "\x1e$token $id $kind " . length($part) . "\n$part");
    } while length $octets;
}

# On both streams, so that the reader knows that it has all that was written before to either.
sub answer_on_both {
    my ($id, $kind, $octets) = @_;
    answer($_, $id, $kind, $octets) for 2, 1;
}

# ---- processes

sub start {
    my ($prepare, @command) = @_;
    my $pid = fork;
    return $pid if $pid;
    _exit(126) unless defined $pid;
    $SIG{$_} = 'DEFAULT' for qw(CHLD TERM INT QUIT HUP USR1 USR2 PIPE);
    # Where memory is limited, the kernel takes one of those, not this one.
    if (open my $score, '>', '/proc/self/oom_score_adj') { print $score '1000'; close $score }
    eval { $prepare->(); 1 } or do { print STDERR $@; _exit(126) };
    exec { $command[0] } @command or print STDERR "$command[0]: $!\n";
    _exit(127);
}

# The server and the commands have no capability that only this process needs.
sub as_server { return ('setpriv', "--bounding-set=-all,$capabilities", @_) }

sub boot {
    my ($id, $payload) = @_;
    my ($count, $rest) = split /\0/, $payload, 2;
    my %environment;
    for (1 .. $count) {
        (my $pair, $rest) = split /\0/, $rest, 2;
        my ($key, $value) = split /=/, $pair, 2;
        $environment{$key} = $value;
    }
    my $failure = extract($rest, '') // settle(\%environment);
    return answer(1, $id, 'x', "1 $failure") if defined $failure;
    # How many files each process of the server may have open: RLIMIT_NOFILE, as ulimit(1p) sets it.
    my $most = delete $environment{MAILRIG_DESCRIPTORS};
    my @limit = defined $most ? ('sh', '-c', 'ulimit -n "$0" && exec "$@"', $most) : ();
    $server_id = $id;
    $server = start(sub {
        open STDIN, '<', '/dev/null' or die "/dev/null: $!\n";
        @ENV{ keys %environment } = values %environment;
    }, as_server(@limit, @entrypoint));
    answer(1, $id, 'x', '0');
}

# Unpacks an archive of regular files (pax(1), "ustar Interchange Format") below a directory; gives what went wrong. Not
# by tar(1): to start a process takes longer than to write the files of a server.
sub extract {
    my ($archive, $directory) = @_;
    for (my $at = 0; $at < length $archive; ) {
        my ($name, $mode, $size, $prefix) = unpack "\@$at Z100 A8 x16 A12 x209 Z155", $archive;
        last if $name eq '';
        my $path = join '/', $directory, $prefix eq '' ? () : $prefix, $name;
        my $failure = put_file($path, oct $mode, substr $archive, $at + 512, oct $size);
        return $failure if defined $failure;
        $at += 512 + 512 * int((511 + oct $size) / 512);
    }
    return undef;
}

sub put_file {
    my ($path, $mode, $content) = @_;
    for (my $slash = index $path, '/', 1; $slash > 0; $slash = index $path, '/', $slash + 1) {
        my $parent = substr $path, 0, $slash;
        -d $parent || mkdir $parent or return "$parent: $!";
    }
    # A new file, unless the engine has mounted one there.
    unlink $path;
    sysopen my $file, $path, O_WRONLY | O_CREAT | O_TRUNC, 0600 or return "$path: $!";
    print $file $content or return "$path: $!";
    close $file or return "$path: $!";
    chmod $mode, $path or return "$path: $!";
    return undef;
}

# What no entrypoint need do: the rig's own resolver, since the engine's would ask the world outside, and Unix accounts.
sub settle {
    my ($environment) = @_;
    my ($resolver, $options) = @$environment{qw(MAILRIG_DNS MAILRIG_DNS_OPTIONS)};
    if (defined $resolver) {
        my $content = "nameserver $resolver\n" . (defined $options ? "options $options\n" : '');
        my $failure = put_file('/etc/resolv.conf', 0644, $content);
        return $failure if defined $failure;
    }
    for my $table (qw(passwd group)) {
        my $lines = content_of("/etc/mailrig/$table") // next;
        # There already, where a machine was without power and is started again.
        next if index(content_of("/etc/$table") // '', $lines) >= 0;
        open my $file, '>>', "/etc/$table" or return "/etc/$table: $!";
        print $file $lines or return "/etc/$table: $!";
        close $file or return "/etc/$table: $!";
    }
    for my $line (split /\n/, content_of('/etc/mailrig/passwd') // '') {
        my (undef, undef, $uid, $gid, undef, $home) = split /:/, $line;
        -d $home || mkdir $home or return "$home: $!";
        give($home, $uid, $gid);
    }
    return undef;
}

# Gives a directory and all that is in it to a user.
sub give {
    my ($path, $uid, $gid) = @_;
    chown $uid, $gid, $path;
    return if -l $path || !-d _;
    opendir my $handle, $path or return;
    give("$path/$_", $uid, $gid) for grep { $_ ne '.' && $_ ne '..' } readdir $handle;
}

my $STAGE = '/.mailrig-stage';

# Replaces files under a server that may read them at any time: it finds the old one or the new one (rename(2)).
sub replace_files {
    my ($archive) = @_;
    mkdir $STAGE or return "$STAGE: $!";
    my $failure = extract($archive, $STAGE) // move_below('');
    remove($STAGE, [lstat $STAGE]);
    return $failure;
}

sub move_below {
    my ($directory) = @_;
    opendir my $handle, "$STAGE$directory" or return "$STAGE$directory: $!";
    for my $name (grep { $_ ne '.' && $_ ne '..' } readdir $handle) {
        my $path = "$directory/$name";
        if (!-l "$STAGE$path" && -d _) {
            -d $path || mkdir $path or return "$path: $!";
            my $failure = move_below($path);
            return $failure if defined $failure;
        } elsif (!rename "$STAGE$path", $path) {
            # Another file system: a volume, or what the engine has mounted.
            system('cp', '-p', "$STAGE$path", $path) == 0 or return "$path: $!";
        }
    }
    return undef;
}

# Runs a command under an id, in a process of its own that carries its input and output.
sub run {
    my ($id, $payload) = @_;
    my ($user, $count, $rest) = split /\0/, $payload, 3;
    my @command;
    for (1 .. $count) { (my $word, $rest) = split /\0/, $rest, 2; push @command, $word }
    my $carrier = fork;
    return answer(1, $id, 'x', "126 fork: $!") unless defined $carrier;
    return if $carrier;
    $SIG{$_} = 'DEFAULT' for qw(TERM INT QUIT HUP USR1 USR2);
    $SIG{PIPE} = 'IGNORE';
    carry($id, $rest, identity($user), @command);
    _exit(0);
}

# How setpriv(1) is told whom to become: "user", "user:group", by name or number.
sub identity {
    my ($who) = @_;
    return [] if $who eq '';
    my ($user, $group) = split /:/, $who;
    my @entry = $user =~ /^\d+$/ ? getpwuid $user : getpwnam $user;
    my ($uid, $home) = @entry ? @entry[2, 7] : ($user =~ /^\d+$/ ? ($user, '/') : ());
    return "there is no user $user" unless defined $uid;
    my $gid = !defined $group ? ($entry[3] // $uid) : $group =~ /^\d+$/ ? $group : getgrnam $group;
    return "there is no group $group" unless defined $gid;
    $ENV{HOME} = $home;
    return ['--reuid', $uid, '--regid', $gid, @entry ? '--init-groups' : '--clear-groups'];
}

# Seconds until a signal is noticed that came at the wrong moment.
my $MISSED_SIGNAL = 0.02;

sub carry {
    my ($id, $input, $identity, @command) = @_;
    return answer(1, $id, 'x', "126 $identity") unless ref $identity;
    pipe my $wake_out, my $wake_in;
    nonblocking($wake_in);
    $SIG{CHLD} = sub { POSIX::write(fileno $wake_in, 'c', 1) };
    pipe my $in_out, my $in_in;
    pipe my $out_out, my $out_in;
    pipe my $err_out, my $err_in;
    my $child = start(sub {
        open STDIN,  '<&', $in_out or die "stdin: $!\n";
        open STDOUT, '>&', $out_in or die "stdout: $!\n";
        open STDERR, '>&', $err_in or die "stderr: $!\n";
    }, as_server(@$identity, '--', @command));
    close $_ for $in_out, $out_in, $err_in;
    nonblocking($_) for $in_in, $out_out, $err_out;
    close $in_in if $input eq '';
    my %kind = (fileno($out_out) => 'o', fileno($err_out) => 'e');
    my ($left, $status) = ($input, undef);
    while (1) {
        my ($reading, $writing) = ('', '');
        vec($reading, $_, 1) = 1 for keys %kind, fileno $wake_out;
        vec($writing, fileno $in_in, 1) = 1 if length $left;
        # Once the command has ended, only what is there already is its output: a process it left behind may hold
        # the pipe for as long as it lives.
        #
        # Not without an end: Perl calls a handler between two operations, so one for a signal that comes just before
        # the system call waits until that returns.
        my $ready = select $reading, $writing, undef, defined $status ? 0 : $MISSED_SIGNAL;
        next if $ready < 0;
        last if $ready == 0 && defined $status;
        if (vec($reading, fileno $wake_out, 1)) {
            sysread $wake_out, my $ignored, 64;
            my $ended = waitpid $child, WNOHANG;
            $status = $? if $ended == $child;
        }
        for my $fd (keys %kind) {
            next unless vec $reading, $fd, 1;
            my $count = POSIX::read($fd, my $octets, 65536);
            next unless defined $count;
            # POSIX says "0 but true" for the end.
            if ($count > 0) { answer(1, $id, $kind{$fd}, substr $octets, 0, $count) }
            else { delete $kind{$fd} }
        }
        if (length $left && vec $writing, fileno $in_in, 1) {
            my $count = syswrite $in_in, $left, 65536;
            if (defined $count) { substr $left, 0, $count, '' }
            elsif ($! != EAGAIN && $! != EINTR) { $left = '' }
            close $in_in unless length $left;
        }
        last if defined $status && !%kind;
    }
    answer(1, $id, 'x', exit_code($status));
}

sub nonblocking {
    my ($handle) = @_;
    fcntl $handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK;
}

sub exit_code {
    my ($status) = @_;
    return WIFEXITED($status) ? WEXITSTATUS($status) : 128 + WTERMSIG($status);
}

sub read_path {
    my ($id, $path) = @_;
    return answer(1, $id, 'x', '44') unless lstat $path;
    my $carrier = fork;
    return if $carrier;
    $SIG{PIPE} = 'IGNORE';
    $path =~ s{/+$}{};
    my ($parent, $name) = $path =~ m{^(.*)/([^/]+)$};
    open my $tar, '-|', qw(tar -cf - --format=posix --ignore-failed-read -C), $parent eq '' ? '/' : $parent, $name;
    binmode $tar;
    while (sysread $tar, my $octets, 65536) { answer(1, $id, 'o', $octets) }
    close $tar;
    # tar(1) ends with 1 where a file changed while it was read, which a mailbox does.
    answer(1, $id, 'x', ($? >> 8) <= 1 ? '0' : '' . ($? >> 8));
    _exit(0);
}

# Ends every process but this one, and waits for the last.
sub end_all {
    while (1) {
        kill 'KILL', -1;
        last if waitpid(-1, 0) < 0 && $! == ECHILD;
    }
    $server = 0;
}

# Ends those processes of the server whose command line fits; gives how many there were.
sub kill_some {
    my ($pattern) = @_;
    my $mine = command_line($$);
    my @found = grep { my $line = command_line($_); $line ne '' && $line ne $mine && $line =~ $pattern } others();
    return kill 'KILL', @found;
}

# Stops every process but this one where it is. The signal takes effect in its own time, so this looks.
sub freeze {
    kill 'STOP', -1;
    my $end = time + 5;
    while (my @running = grep { !stopped($_) } others()) {
        return "process $running[0] does not stop" if time > $end;
        select undef, undef, undef, 0.001;
    }
    return undef;
}

sub others {
    opendir my $processes, '/proc' or return;
    return grep { /^\d+$/ && $_ != $$ } readdir $processes;
}

# Stopped, or a zombie (proc(5)), or gone meanwhile.
sub stopped {
    my ($pid) = @_;
    open my $stat, '<', "/proc/$pid/stat" or return 1;
    my $line = <$stat> // return 1;
    return $line =~ /\) [TZX] /;
}

# ---- what is under way

# Processes that were there when the server was ready: "pid start-time".
my %resident;
my @quiet_wishes;

sub processes_now {
    my %found;
    for my $pid (others()) {
        my $began = began_at($pid) // next;
        $found{"$pid $began"} = 1;
    }
    return %found;
}

# Clock ticks after the kernel's start (proc(5)): a process id alone comes again.
sub began_at { return fact_of($_[0], 19) }

sub parent_of { return fact_of($_[0], 1) }

# A field of /proc/<pid>/stat, counted from the one behind the name; undefined where there is no such process.
sub fact_of {
    my ($pid, $number) = @_;
    open my $stat, '<', "/proc/$pid/stat" or return undef;
    my $line = <$stat> // return undef;
    return (split / /, $line =~ s/^.*\) //r)[$number];
}

# Empty for a zombie.
sub command_line {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/cmdline" or return '';
    local $/;
    return (<$file> // '') =~ tr/\0/ /r;
}

# What may still make mail of which the server's log does not tell yet: a program that a delivery has started, a message
# that lies where the server has still to fetch it. Undefined: nothing.
sub under_way {
    my ($wish) = @_;
    # Twice: one that ends while we look may have started another that we did not see.
    my $program = program_of($wish) // program_of($wish);
    return $program if defined $program;
    for my $directory (@{ $wish->{drops} }) {
        opendir my $handle, $directory or next;
        my @names = grep { $_ ne '.' && $_ ne '..' } readdir $handle;
        return "a message lies in $directory: $names[0]" if @names;
    }
    return undef;
}

sub program_of {
    my ($wish) = @_;
    my $mine = command_line($$);
    for my $pid (others()) {
        my $command = command_line($pid);
        next if $command eq '' || $command eq $mine || $command =~ $wish->{own};
        my ($began, $parent) = (began_at($pid) // next, parent_of($pid) // next);
        next if $resident{"$pid $began"} || ($wish->{serves} ne '' && command_line($parent) =~ $wish->{serves});
        return "process $pid runs: $command";
    }
    return undef;
}

# Writes a line where the server writes its log, so that it comes out behind all that was logged before. Gives whether it
# was written, or undef where the log takes nothing at this moment.
sub speak_into {
    my ($path, $line) = @_;
    if (-S $path) {
        socket my $socket, PF_UNIX, SOCK_DGRAM, 0 or return 0;
        connect $socket, pack_sockaddr_un($path) or return 0;
        # user.debug, for a syslogd; any other reader takes it as it is.
        return 1 if defined send $socket, "<15>$line", MSG_DONTWAIT;
        return $! == EAGAIN ? undef : 0;
    }
    return 0 unless -p $path;
    sysopen my $pipe, $path, O_WRONLY | O_NONBLOCK or return 0;
    return 1 if defined syswrite $pipe, "$line\n";
    return $! == EAGAIN ? undef : 0;
}

# Seconds, with fractions: perl-base has no Time::HiRes.
sub uptime {
    open my $file, '<', '/proc/uptime' or die "/proc/uptime: $!\n";
    return (split / /, <$file>)[0];
}

sub wish_for_quiet {
    my ($id, $payload) = @_;
    my ($seconds, $line, $own, $serves, $drops, @rest) = split /\0/, $payload;
    my @drops = splice @rest, 0, $drops;
    my %wish = (id => $id, until => uptime() + $seconds, line => $line, drops => \@drops, mouths => \@rest);
    push @quiet_wishes, { %wish, own => qr/$own/, serves => $serves eq '' ? '' : qr/$serves/ };
}

# Answers the wishes that are fulfilled, with how many lines the log will bring, and those whose time is over.
sub grant_quiet {
    @quiet_wishes = grep { !granted($_) } @quiet_wishes;
}

sub granted {
    my ($wish) = @_;
    my $reason = under_way($wish);
    if (!defined $reason) {
        while (@{ $wish->{mouths} }) {
            my $spoken = speak_into($wish->{mouths}[0], $wish->{line});
            if (!defined $spoken) { $reason = "the log takes no line at $wish->{mouths}[0]"; last }
            $wish->{spoken} += $spoken;
            shift @{ $wish->{mouths} };
        }
    }
    if (!defined $reason) { answer(1, $wish->{id}, 'x', '0 ' . ($wish->{spoken} // 0)); return 1 }
    return 0 if uptime() < $wish->{until};
    answer(1, $wish->{id}, 'x', "1 $reason");
    return 1;
}

# ---- what it costs

# Microseconds of processor time that the container has taken: its own control group, whose file system the engine mounts
# (cgroups(7), versions 2 and 1). Empty where it does not.
sub cpu_time {
    if (open my $file, '<', '/sys/fs/cgroup/cpu.stat') {
        while (<$file>) { return $1 if /^usage_usec (\d+)/ }
    }
    open my $file, '<', '/sys/fs/cgroup/cpuacct/cpuacct.usage' or return '';
    return int(<$file> / 1000);
}

# ---- the container's files

my %NOT_OURS = map { $_ => 1 } qw(/proc /sys /dev /usr /boot /var/lib/dpkg /var/lib/apt /var/cache);
my $LARGEST_COPY = 1 << 20;
# No copies of these are kept: where a file in them has changed, the container cannot be made as it was.
my @PROGRAMS = qw(/usr/bin /usr/sbin /usr/lib /usr/libexec /usr/local);
my (%original, @mounted, $device, %in_memory);

# What is neither the container's own nor one of its directories in memory was mounted by the engine.
sub is_ours {
    my ($stat) = @_;
    return $stat->[0] == $device || $in_memory{ $stat->[0] };
}

my $MEMORY = '/usr/local/share/mailrig-memory.tar';

# Directories in which a server makes and removes files all the time are in memory (tmpfs), which is empty at first: the
# image has what belongs into them in an archive.
sub fill_memory {
    return unless -f $MEMORY;
    my @names = lines_of(qw(tar -xvpf), $MEMORY, '-C', '/');
    for my $name (@names) {
        my $held = (lstat "/$name")[0];
        $in_memory{$held} = 1 if $held != $device;
    }
}

# What a command writes, by lines. Dies where it fails.
sub lines_of {
    my (@command) = @_;
    open my $output, '-|', @command or die "$command[0]: $!\n";
    chomp(my @lines = <$output>);
    close $output or die "@command: status $?\n";
    return @lines;
}

# What the engine made of the image: everything that a server might change, directories before what is in them.
sub survey {
    $device = (lstat '/')[0];
    fill_memory();
    my @directories = ('');
    while (defined(my $directory = shift @directories)) {
        watch($directory);
        opendir my $handle, "$directory/" or next;
        for my $name (readdir $handle) {
            next if $name eq '.' || $name eq '..';
            my $path = "$directory/$name";
            next if $NOT_OURS{$path};
            my @stat = lstat $path or next;
            my %entry = (stat => \@stat);
            if (S_ISLNK($stat[2])) { $entry{target} = readlink $path }
            elsif (S_ISREG($stat[2]) && $stat[7] <= $LARGEST_COPY) { $entry{content} = content_of($path) }
            $original{$path} = \%entry;
            if (!is_ours(\@stat)) { push @mounted, $path if S_ISREG($stat[2]) }
            elsif (S_ISDIR($stat[2])) { push @directories, $path }
        }
    }
    watch($_) for lines_of('find', (grep { -d } @PROGRAMS), qw(-type d));
}

sub content_of {
    my ($path) = @_;
    open my $file, '<:raw', $path or return undef;
    local $/;
    return scalar(<$file>) // '';
}

# ---- what has changed

# inotify(7), with the numbers of its header, and those of inotify_init1(2) and inotify_add_watch(2): perl-base has neither
# a module for it nor, since Debian 13, syscall.ph.
my %SYSTEM_CALLS = (x86_64 => [294, 254], aarch64 => [26, 27], riscv64 => [26, 27]);
my ($INIT, $ADD_WATCH) = @{ $SYSTEM_CALLS{ (POSIX::uname())[4] } // [] };
my ($IN_NONBLOCK, $IN_CLOEXEC) = (0x800, 0x80000);
my ($IN_MODIFY, $IN_ATTRIB, $IN_CLOSE_WRITE, $IN_MOVED_FROM, $IN_MOVED_TO) = (0x2, 0x4, 0x8, 0x40, 0x80);
my ($IN_CREATE, $IN_DELETE, $IN_DELETE_SELF, $IN_MOVE_SELF, $IN_Q_OVERFLOW) = (0x100, 0x200, 0x400, 0x800, 0x4000);
my $GONE = $IN_DELETE | $IN_MOVED_FROM;
# A file that is mapped into memory changes unseen, but it was opened to be written.
my $CHANGES = $GONE | $IN_CREATE | $IN_MOVED_TO | $IN_MODIFY | $IN_ATTRIB | $IN_CLOSE_WRITE;
# Path => whether it was not there before.
my %changed;
my ($watcher, %watched, $lost);
# Where a server that goes on for the next rig may change files, and the first path elsewhere that has changed.
my (@expected, $stray);

# Without a watcher no container can serve twice, and that is all.
sub watch {
    my ($directory) = @_;
    return if defined $lost;
    unless ($watcher) {
        return $lost = 'no inotify on this machine' unless $INIT;
        my $fd = syscall($INIT, $IN_NONBLOCK | $IN_CLOEXEC);
        return $lost = "inotify: $!" if $fd < 0;
        open $watcher, '<&=', $fd or die "inotify: $!\n";
    }
    my $number = syscall($ADD_WATCH, fileno $watcher, "$directory/", $CHANGES | $IN_DELETE_SELF | $IN_MOVE_SELF);
    return $lost = "inotify: $directory: $!" if $number < 0;
    $watched{$number} = $directory;
}

# Notes the paths in the events that have come.
sub take_note {
    return unless $watcher;
    while (sysread $watcher, my $events, 65536) {
        while ($events ne '') {
            my ($number, $mask, undef, $name) = unpack 'i L L L/a', $events;
            substr $events, 0, 16 + length $name, '';
            $name =~ s/\0+$//;
            if ($mask & $IN_Q_OVERFLOW) { $lost = 'too much changed at once'; next }
            my $directory = $watched{$number} // next;
            if ($mask & ($IN_DELETE_SELF | $IN_MOVE_SELF)) { $lost = "$directory was moved or removed" }
            else { note($name eq '' ? $directory : "$directory/$name", $mask) }
        }
    }
}

sub note {
    my ($path, $mask) = @_;
    $stray //= $path if @expected && $mask & $CHANGES && !grep { within($path, $_) } @expected;
    # Of the many files that come and go, as in a queue, nothing is kept.
    if ($mask & $GONE && !$original{$path} && ($changed{$path} || !is_program($path))) { delete $changed{$path} }
    elsif ($mask & $CHANGES) { $changed{$path} //= $mask & $IN_CREATE }
}

sub is_program { return $_[0] =~ m{^/usr/} }

sub within {
    my ($path, $root) = @_;
    return $path eq $root || index($path, "$root/") == 0;
}

# Makes all that the survey saw as it was. Dies where it has no copy.
sub restore {
    @expected = ();
    take_note();
    die "$lost\n" if defined $lost;
    undo(sort keys %changed);
    # Where these are no watch sees.
    repair($_, $original{$_}, [lstat $_]) for @mounted;
    if (opendir my $shared, '/dev/shm') {
        remove("/dev/shm/$_", [lstat "/dev/shm/$_"]) for grep { $_ ne '.' && $_ ne '..' } readdir $shared;
    }
    # What was done here.
    take_note();
    %changed = ();
}

sub undo {
    for my $path (@_) {
        next if $path eq '' || $NOT_OURS{$path};
        die "$path has changed\n" if is_program($path) && !$changed{$path};
        my @is = lstat $path;
        if (my $entry = $original{$path}) { repair($path, $entry, @is ? \@is : undef) }
        elsif (@is) { remove($path, \@is) }
    }
}

# ---- the next rig's data under a server that goes on

# From now on, the server changes files there alone.
sub expect_changes {
    take_note();
    (@expected) = @_;
    undef $stray;
}

my ($rested_at, $renewals, @renewal_wishes) = (0, 0);

# All that the server may have looked up by now is of this second at the latest, by a clock that is a little late.
sub rest {
    select undef, undef, undef, 0.01;
    $rested_at = time;
}

# Puts the files of an archive in place of all that the last rig left at some paths. Dies where anything else has changed.
sub renew {
    my ($archive, @paths) = @_;
    die "the server has ended\n" unless $server;
    take_note();
    die "$lost\n" if defined $lost;
    die "$stray has changed\n" if defined $stray;
    my $is_data = sub { my ($path) = @_; return grep { within($path, $_) } @paths };
    undo(grep { $is_data->($_) } sort keys %changed);
    # What lies in a directory that was not there no watch sees.
    remove($_, [lstat $_]) for grep { !$original{$_} && lstat } @paths;
    my $failure = extract($archive, '');
    die "$failure\n" if defined $failure;
    # A server that knows a file by its size and the second of its last change takes it for another all the same.
    $renewals += 1;
    utime $renewals, $renewals, grep { -f } @paths;
    take_note();
}

# Some look at a file once a second, and at no other time: those have not looked at the new one yet.
sub grant_renewals {
    return if time <= $rested_at;
    answer_on_both($_, 'x', '0') for splice @renewal_wishes;
}

sub repair {
    my ($path, $entry, $is) = @_;
    my $then = $entry->{stat};
    my $same = $is && $is->[2] == $then->[2] && $is->[4] == $then->[4] && $is->[5] == $then->[5];
    return if $same && S_ISDIR($then->[2]);
    # One too large for a copy may have been looked at by who can write. Change times are whole seconds here.
    return if $same && !defined $entry->{content} && $is->[7] == $then->[7] && $is->[10] == $then->[10];
    if (S_ISDIR($then->[2])) { own($path, $then) }
    else { rewrite($path, $entry, $is) }
}

sub rewrite {
    my ($path, $entry, $is) = @_;
    my $then = $entry->{stat};
    # What the engine mounted cannot be replaced, only written.
    remove($path, $is) if $is && is_ours($then);
    if (S_ISLNK($then->[2])) {
        symlink $entry->{target}, $path or die "$path: $!\n";
        lchown($path, $then);
        return;
    }
    if (S_ISFIFO($then->[2])) { mkfifo($path, 0600) or die "$path: $!\n" }
    elsif (S_ISREG($then->[2]) && defined $entry->{content}) {
        open my $file, '>:raw', $path or die "$path: $!\n";
        print $file $entry->{content} or die "$path: $!\n";
        close $file or die "$path: $!\n";
    } else {
        die "no copy of $path\n";
    }
    own($path, $then);
    utime $then->[8], $then->[9], $path;
}

sub own {
    my ($path, $then) = @_;
    chown $then->[4], $then->[5], $path or die "$path: $!\n";
    chmod $then->[2] & 07777, $path or die "$path: $!\n";
}

# Perl has no lchown; that of a link matters to nobody unless it was not root's.
sub lchown {
    my ($path, $then) = @_;
    return if $then->[4] == 0 && $then->[5] == 0;
    system('chown', '-h', "$then->[4]:$then->[5]", $path) == 0 or die "chown -h $path\n";
}

sub remove {
    my ($path, $stat) = @_;
    if (S_ISDIR($stat->[2])) {
        die "$path is mounted\n" unless is_ours($stat);
        opendir my $handle, $path or die "$path: $!\n";
        my @names = grep { $_ ne '.' && $_ ne '..' } readdir $handle;
        closedir $handle;
        for my $name (@names) {
            my @inside = lstat "$path/$name" or next;
            remove("$path/$name", \@inside);
        }
        rmdir $path or die "$path: $!\n";
    } else {
        unlink $path or die "$path: $!\n";
    }
}

# ---- the loop

umask 022;
pipe my $wake_out, my $wake_in or die "pipe: $!";
nonblocking($wake_in);
sub wake { POSIX::write(fileno $wake_in, 'w', 1) }
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = \&wake;
for my $name (qw(TERM INT QUIT HUP USR1 USR2)) {
    $SIG{$name} = sub { $pending{$name} = 1; wake() };
}

# Every process without a parent comes here. When the server is one of them, it is over for all.
sub reap {
    while ((my $pid = waitpid -1, WNOHANG) > 0) {
        next unless $server && $pid == $server;
        my $code = exit_code($?);
        end_all();
        exit $code if $ending;
        answer_on_both($server_id, 'd', $code);
    }
}

sub pass_on_signals {
    for my $name (keys %pending) {
        delete $pending{$name};
        my $last = $name =~ /^(?:TERM|INT|QUIT)$/;
        exit 0 if $last && !$server;
        $ending ||= $last;
        kill $name, $server if $server;
    }
}

sub obey {
    my ($command, $id, $payload) = @_;
    if ($command eq 'boot') { boot($id, $payload) }
    elsif ($command eq 'run') { run($id, $payload) }
    elsif ($command eq 'read') { read_path($id, $payload) }
    elsif ($command eq 'write') {
        my $failure = replace_files($payload);
        answer(1, $id, 'x', defined $failure ? "1 $failure" : '0');
    } elsif ($command eq 'freeze') {
        my $failure = freeze();
        answer(1, $id, 'x', defined $failure ? "1 $failure" : '0');
    } elsif ($command eq 'thaw') {
        kill 'CONT', -1;
        answer(1, $id, 'x', '0');
    } elsif ($command eq 'settle') {
        %resident = processes_now();
        answer(1, $id, 'x', '0');
    } elsif ($command eq 'crash') {
        # As SIGKILL to all does; what boots next finds the files as they are.
        end_all();
        %resident = ();
        @quiet_wishes = ();
        answer_on_both($id, 'x', '0');
    } elsif ($command eq 'kill') {
        answer(1, $id, 'x', '0 ' . kill_some(qr/$payload/));
    } elsif ($command eq 'cpu') {
        answer(1, $id, 'x', '0 ' . cpu_time());
    } elsif ($command eq 'expect') {
        expect_changes(split /\0/, $payload);
        answer(1, $id, 'x', '0');
    } elsif ($command eq 'rest') {
        rest();
        answer_on_both($id, 'x', '0');
    } elsif ($command eq 'renew') {
        my ($count, $rest) = split /\0/, $payload, 2;
        my @paths;
        for (1 .. $count) { (my $path, $rest) = split /\0/, $rest, 2; push @paths, $path }
        if (eval { renew($rest, @paths); 1 }) { push @renewal_wishes, $id }
        else { answer_on_both($id, 'x', "1 $@") }
        grant_renewals();
    } elsif ($command eq 'quiet') {
        wish_for_quiet($id, $payload);
        grant_quiet();
    } elsif ($command eq 'reset') {
        end_all();
        %resident = ();
        @quiet_wishes = ();
        @renewal_wishes = ();
        answer_on_both($id, 'x', eval { restore(); 1 } ? '0' : "1 $@");
    }
}

# Seconds between two looks at what is under way: no event tells of the end of a process that is nobody's child here.
my $LOOK_AGAIN = 0.005;

survey();
my $received = '';
while (1) {
    my $reading = '';
    vec($reading, $_, 1) = 1 for 0, fileno $wake_out;
    # As in carry: a signal may come just before the system call.
    my $pause = @quiet_wishes ? $LOOK_AGAIN : @renewal_wishes ? 4 * $LOOK_AGAIN : 0.5;
    my $ready = select $reading, undef, undef, $pause;
    reap();
    pass_on_signals();
    grant_quiet() if @quiet_wishes;
    grant_renewals() if @renewal_wishes;
    # Now and then, as the kernel keeps only so many.
    take_note();
    next if $ready < 0;
    sysread $wake_out, my $ignored, 64 if vec $reading, fileno $wake_out, 1;
    reap();
    pass_on_signals();
    next unless vec $reading, 0, 1;
    my $count = sysread STDIN, $received, 262144, length $received;
    # Whoever held the other end is gone, and so is the reason for this container.
    if (defined $count && $count == 0) { exit 0 }
    while ($received =~ /^(\w+) (\w+) (\d+)\n/) {
        my ($command, $id, $length, $start) = ($1, $2, $3, $+[0]);
        last if length($received) < $start + $length;
        my $payload = substr $received, $start, $length;
        $received = substr $received, $start + $length;
        # Whatever goes wrong is an answer: this process must not end of it.
        eval { obey($command, $id, $payload); 1 } or answer(1, $id, 'x', "1 $@");
    }
}
