/*
 * Tells every process of a machine a later time than it is: preloaded by /etc/ld.so.preload (ld.so(8)), it adds to what the
 * kernel says of the time, and of the times of files, how far the clock was ahead then. The jumps of the clock stand in a file
 * that is mapped once a process, so a new one holds at once for all, and a daemon that changes its root has it still.
 * Without the file nothing is added.
 *
 * The times of files have to follow: Dovecot, for one, takes away what lies in the tmp of a Maildir for 36 hours, and would
 * take what a delivery is writing at this moment.
 *
 * No headers, so that the compiler alone is needed: the few declarations are those of the 64-bit Linux ABI.
 */
struct timespec { long tv_sec, tv_nsec; };
struct timeval { long tv_sec, tv_usec; };
struct utimbuf { long actime, modtime; };
struct stat;
struct statx;

long syscall(long number, ...);
int open(const char *path, int flags, ...);
int close(int file);
void *mmap(void *at, unsigned long length, int protection, int flags, int file, long offset);

#if defined(__x86_64__)
enum { CLOCK_GETTIME = 228, FSTAT = 5, FSTATAT = 262, STATX = 332, UTIMENSAT = 280 };
#elif defined(__aarch64__)
enum { CLOCK_GETTIME = 113, FSTAT = 80, FSTATAT = 79, STATX = 291, UTIMENSAT = 88 };
#else
#error "the numbers of system calls are not known here"
#endif
enum { REALTIME = 0, REALTIME_COARSE = 5, TAI = 11, READ_ONLY = 0, CLOSE_ON_EXEC = 02000000, READ = 1, SHARED = 1 };
enum { HERE = -100, NO_FOLLOW = 0x100, TIME_NOW = 0x3fffffff, TIME_OMIT = 0x3ffffffe };
/* Where the seconds are: st_atim, st_mtim, st_ctim of stat(2); stx_atime, stx_btime, stx_ctime, stx_mtime of statx(2). */
enum { STAT_TIMES = 72, STAT_COUNT = 3, STATX_TIMES = 64, STATX_COUNT = 4, TIME_SIZE = 16 };

#define JUMPS "/var/lib/mailrig-clock"
#define SECOND 1000000000L

/* Of the kernel's clock: when it jumped, in nanoseconds, and how many seconds it is ahead from then on. */
struct jump { long at, ahead; };
static const volatile struct jumps { long count; struct jump jump[255]; } *jumps;

__attribute__((constructor)) static void map(void)
{
	int file = open(JUMPS, READ_ONLY | CLOSE_ON_EXEC);
	if (file < 0)
		return;
	void *mapped = mmap(0, sizeof *jumps, READ, SHARED, file, 0);
	close(file);
	if (mapped != (void *)-1)
		jumps = mapped;
}

/* How far the clock was ahead when the kernel's showed this. */
static long ahead_at(long seconds, long nanoseconds)
{
	long index = jumps ? jumps->count : 0;
	while (index > 0 && seconds * SECOND + nanoseconds < jumps->jump[index - 1].at)
		index--;
	return index > 0 ? jumps->jump[index - 1].ahead : 0;
}

/* The kernel's time for one that was shown; one that never was, because the clock jumped over it, is the time of the jump. */
static void real(struct timespec *shown)
{
	for (long index = jumps ? jumps->count : 0; index > 0; index--) {
		long at = jumps->jump[index - 1].at;
		long seconds = shown->tv_sec - jumps->jump[index - 1].ahead;
		if (seconds * SECOND + shown->tv_nsec >= at) {
			shown->tv_sec = seconds;
			return;
		}
		long before = index > 1 ? jumps->jump[index - 2].ahead : 0;
		if ((shown->tv_sec - before) * SECOND + shown->tv_nsec >= at) {
			shown->tv_sec = at / SECOND;
			shown->tv_nsec = at % SECOND;
			return;
		}
	}
}

int clock_gettime(int which, struct timespec *now)
{
	int failed = syscall(CLOCK_GETTIME, which, now);
	if (!failed && jumps && (which == REALTIME || which == REALTIME_COARSE || which == TAI))
		now->tv_sec += jumps->count > 0 ? jumps->jump[jumps->count - 1].ahead : 0;
	return failed;
}

int gettimeofday(struct timeval *now, void *zone)
{
	struct timespec precise;
	if (clock_gettime(REALTIME, &precise))
		return -1;
	if (now) {
		now->tv_sec = precise.tv_sec;
		now->tv_usec = precise.tv_nsec / 1000;
	}
	return 0;
}

long time(long *now)
{
	struct timespec precise;
	if (clock_gettime(REALTIME, &precise))
		return -1;
	if (now)
		*now = precise.tv_sec;
	return precise.tv_sec;
}

/* ---- times of files as they are shown */

static int shown(long failed, void *found, int from, int count)
{
	if (failed)
		return -1;
	for (int index = 0; index < count; index++) {
		long *seconds = (long *)((char *)found + from + index * TIME_SIZE);
		*seconds += ahead_at(*seconds, ((int *)seconds)[2]);
	}
	return 0;
}

int fstatat(int directory, const char *path, struct stat *found, int flags)
{
	return shown(syscall(FSTATAT, directory, path, found, flags), found, STAT_TIMES, STAT_COUNT);
}

int stat(const char *path, struct stat *found) { return fstatat(HERE, path, found, 0); }
int lstat(const char *path, struct stat *found) { return fstatat(HERE, path, found, NO_FOLLOW); }

int fstat(int file, struct stat *found)
{
	return shown(syscall(FSTAT, file, found), found, STAT_TIMES, STAT_COUNT);
}

int statx(int directory, const char *path, int flags, unsigned mask, struct statx *found)
{
	return shown(syscall(STATX, directory, path, flags, mask, found), found, STATX_TIMES, STATX_COUNT);
}

/* The same by other names: on 64 bits all files are large. The last ones are those before version 2.33 of the C library. */
int stat64(const char *path, struct stat *found) { return stat(path, found); }
int lstat64(const char *path, struct stat *found) { return lstat(path, found); }
int fstat64(int file, struct stat *found) { return fstat(file, found); }
int fstatat64(int directory, const char *path, struct stat *found, int flags) { return fstatat(directory, path, found, flags); }
int __xstat(int version, const char *path, struct stat *found) { return stat(path, found); }
int __lxstat(int version, const char *path, struct stat *found) { return lstat(path, found); }
int __fxstat(int version, int file, struct stat *found) { return fstat(file, found); }
int __fxstatat(int version, int directory, const char *path, struct stat *found, int flags) { return fstatat(directory, path, found, flags); }
int __xstat64(int version, const char *path, struct stat *found) { return stat(path, found); }
int __lxstat64(int version, const char *path, struct stat *found) { return lstat(path, found); }
int __fxstat64(int version, int file, struct stat *found) { return fstat(file, found); }
int __fxstatat64(int version, int directory, const char *path, struct stat *found, int flags) { return fstatat(directory, path, found, flags); }

/* ---- times of files that somebody sets */

int utimensat(int directory, const char *path, const struct timespec given[2], int flags)
{
	struct timespec times[2];
	for (int index = 0; given && index < 2; index++) {
		times[index] = given[index];
		if (times[index].tv_nsec != TIME_NOW && times[index].tv_nsec != TIME_OMIT)
			real(&times[index]);
	}
	return syscall(UTIMENSAT, directory, path, given ? times : 0, flags);
}

int futimens(int file, const struct timespec given[2]) { return utimensat(file, 0, given, 0); }

static int set(int directory, const char *path, const struct timeval given[2], int flags)
{
	struct timespec times[2];
	for (int index = 0; given && index < 2; index++) {
		times[index].tv_sec = given[index].tv_sec;
		times[index].tv_nsec = given[index].tv_usec * 1000;
	}
	return utimensat(directory, path, given ? times : 0, flags);
}

int utimes(const char *path, const struct timeval given[2]) { return set(HERE, path, given, 0); }
int lutimes(const char *path, const struct timeval given[2]) { return set(HERE, path, given, NO_FOLLOW); }
int futimes(int file, const struct timeval given[2]) { return set(file, 0, given, 0); }
int futimesat(int directory, const char *path, const struct timeval given[2]) { return set(directory, path, given, 0); }

int utime(const char *path, const struct utimbuf *given)
{
	struct timeval times[2] = { { 0, 0 }, { 0, 0 } };
	if (given) {
		times[0].tv_sec = given->actime;
		times[1].tv_sec = given->modtime;
	}
	return set(HERE, path, given ? times : 0, 0);
}
