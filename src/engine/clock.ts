import { randomBytes } from 'node:crypto'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import { ensureImages, type ImageName, imageTag } from './images.ts'
import { silentProgress } from './progress.ts'
import type { RunningHost } from './running-host.ts'
import type { ServerFile } from './server-file.ts'
import { removeContainer } from './sweep.ts'
import { unpackTar } from './tar.ts'

/** On one release, whatever is tested: it calls nothing of the C library that is not in all of them. */
export const CLOCK_IMAGE: ImageName = { server: 'clock', release: 'bookworm' }

const LIBRARY = '/usr/lib/mailrig-clock.so'
/** How many jumps of the clock there were, and of each, when it was by the kernel's clock (ns), and how far ahead it is then (s). */
const JUMPS = '/var/lib/mailrig-clock'
const JUMPS_OCTETS = 4096
/** Times of files come from a clock of the kernel that is a tick late; ns. */
const TICK = 10_000_000

/** In place, because processes have the file mapped. What perl and date(1) know of the time is what it says. */
const JUMP = `
use strict;
use warnings;
my ($path, $ahead, $tick) = @ARGV;
open my $file, '+<', $path or die "$path: $!\\n";
binmode $file;
read $file, my $octets, ${JUMPS_OCTETS};
my ($count, @jumps) = unpack 'q<*', $octets;
die "the clock has jumped $count times\\n" if $count > 254;
my $now = qx(date +%s%N) - ($count > 0 ? $jumps[2 * $count - 1] : 0) * 1_000_000_000 - $tick;
$file->autoflush(1);
seek $file, 8 + 16 * $count, 0;
print $file pack 'q<2', $now, $ahead;
seek $file, 0, 0;
print $file pack 'q<', $count + 1;
close $file or die "$path: $!\\n";
`

let library: Promise<Buffer> | undefined

/**
 * Files that give every process of a host a clock that can be put ahead: a library that ld.so(8) loads before others, and
 * the jumps of the clock. Setuid programs have it too, as environment variables would not reach them.
 *
 * @param labels of a container that is made for a moment, to take the library from its image
 * @throws {EngineError} where the image cannot be built
 */
export async function clockFiles(engine: Engine, labels: Record<string, string>): Promise<ServerFile[]> {
  library ??= readLibrary(engine, labels)
  library.catch(() => {
    library = undefined
  })
  return [
    { path: LIBRARY, content: await library, mode: 0o755 },
    { path: JUMPS, content: Buffer.alloc(JUMPS_OCTETS) },
    { path: '/etc/ld.so.preload', content: `${LIBRARY}\n` },
  ]
}

/** Puts the clock of a host ahead of the kernel's, for all its processes at once. It has to have {@link clockFiles}. */
export async function putClockAhead(host: Pick<RunningHost, 'exec' | 'name'>, seconds: number): Promise<void> {
  const { exitCode, stderr } = await host.exec(['perl', '-e', JUMP, JUMPS, String(seconds), String(TICK)])
  if (exitCode === 0) return
  throw new EngineError(`the clock of ${host.name} was not put ahead: ${stderr.trim()}`, {
    code: 'EXEC_FAILED',
    remedy: 'See whether something in the container has removed the file.',
  })
}

async function readLibrary(engine: Engine, labels: Record<string, string>): Promise<Buffer> {
  await ensureImages(engine, [CLOCK_IMAGE], silentProgress)
  const container = await engine.docker.createContainer({
    name: `mailrig-${randomBytes(6).toString('hex')}-clock`,
    Image: await imageTag(CLOCK_IMAGE.server, CLOCK_IMAGE.release),
    Labels: labels,
    Cmd: ['true'],
    HostConfig: { NetworkMode: 'none' },
  })
  try {
    const chunks: Buffer[] = []
    for await (const chunk of await container.getArchive({ path: '/clock.so' })) chunks.push(Buffer.from(chunk))
    const [file] = unpackTar(Buffer.concat(chunks))
    if (!file) throw new Error(`the image ${CLOCK_IMAGE.server} has no /clock.so`)
    return file.content
  } finally {
    await removeContainer(engine.docker, container.id)
  }
}
