import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { EngineError } from '../errors/mailrig-error.ts'
import { aptInstall } from './apt.ts'
import { missingBaseTools } from './base-tools.ts'
import { bootstrapRemedy } from './bootstrap-remedy.ts'
import { debianMirrors, sourcesFor } from './debian-mirrors.ts'
import { DEBIAN_KEYRING, debianRelease } from './debian-releases.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'
import { findProgram } from './host-system.ts'
import { LABEL } from './labels.ts'
import type { Progress, ProgressStep } from './progress.ts'

/**
 * Options of mmdebstrap(1) for a base like the `-slim` images: no documentation, no daemon started by a package, fast
 * dpkg. The package lists stay, which the `-slim` images have not: an image installs from them, and brings them up to date
 * only where that fails. They are part of every image's tag.
 */
const BASE_RECIPE = [
  '--variant=minbase',
  '--skip=cleanup/apt/lists',
  '--aptopt=APT::Install-Recommends "false"',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=force-unsafe-io',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/info/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  '--customize-hook=printf \'#!/bin/sh\\nexit 101\\n\' > "$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"',
]

/** Changes when an image made of the same Dockerfile would come out different. */
export function baseRecipe(release: string): string {
  const { archive, securityEnded } = debianRelease(release)
  // Only where it is not the usual: those who have the usual images need not build them anew.
  const sources = archive === undefined && !securityEnded ? [] : [{ archive, securityEnded }]
  return JSON.stringify([release, `debian:${release}-slim`, BASE_RECIPE, ...sources])
}

export function baseTag(release: string): string {
  return `mailrig/base:${release}-${createHash('sha256').update(baseRecipe(release)).digest('hex').slice(0, 12)}`
}

/**
 * Brings the base image of a Debian release under its tag where it is missing: from the engine's registry, and where none answers, from
 * Debian's archive by mmdebstrap(1).
 *
 * @throws {EngineError} BASE_IMAGE_MISSING where neither can be had.
 */
export async function ensureBase(engine: Engine, release: string, progress: Progress): Promise<void> {
  if (await isPresent(engine, baseTag(release))) return
  const step = progress.step(`Debian ${release} base image`)
  const slim = `debian:${release}-slim`
  try {
    const reason = await pull(engine, slim, step)
    if (reason === undefined) {
      const [repo, tag] = splitTag(baseTag(release))
      await engine.docker.getImage(slim).tag({ repo, tag })
      step.done('from the registry')
      return
    }
    await bootstrap(engine, release, reason, step)
    step.done('from the Debian archive')
  } catch (error) {
    step.fail()
    throw error
  }
}

/** @returns undefined when the image is there now, else the reason why not. */
async function pull(engine: Engine, image: string, step: ProgressStep): Promise<string | undefined> {
  if (await isPresent(engine, image)) return undefined
  if (!(await engine.registryAnswers())) return 'the engine gets no answer from an image registry'
  try {
    const stream = await engine.docker.pull(image)
    await readEngineStream(stream, { silenceMs: 120_000, waitingFor: `the download of ${image}`, onText: step.update })
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

export async function isPresent(engine: Engine, image: string): Promise<boolean> {
  try {
    await engine.docker.getImage(image).inspect()
    return true
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}

async function bootstrap(engine: Engine, release: string, reason: string, step: ProgressStep): Promise<void> {
  const missing = missingBaseTools()
  if (missing.length > 0) {
    throw new EngineError(
      `there is no base image debian:${release}-slim: ${reason}, and to make one of Debian's archive this user lacks ${missing.join(' and ')}`,
      {
        code: 'BASE_IMAGE_MISSING',
        remedy:
          `Run \`sudo apt-get install ${missing.join(' ')}\` on Debian or Ubuntu: mailrig then makes the image itself. ` +
          `Or run \`docker pull debian:${release}-slim\` where a registry can be reached, or \`docker load\` it.`,
      },
    )
  }
  if (findProgram('mmdebstrap') === undefined) await aptInstall(['mmdebstrap', 'debian-archive-keyring'], step)
  const mirrors = await debianMirrors()
  const child = spawn(
    'mmdebstrap',
    [
      ...BASE_RECIPE,
      `--keyring=${DEBIAN_KEYRING}`,
      release,
      // Standard output: the archive goes to the engine as it is made, and never lies on a disk.
      '-',
      ...sourcesFor(debianRelease(release), mirrors),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  )
  const messages: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    messages.push(line)
    if (messages.length > 30) messages.shift()
    step.update(line)
  })
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      messages.push(error.message)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 128))
  })
  const changes = [LABEL.image, LABEL.server, LABEL.release].map(
    (label, index) => `LABEL ${label}=${['1', 'base', release][index]}`,
  )
  let id = ''
  let unread = false
  // The engine is asked when the archive begins: what it says, or does not, is then about the archive.
  const imported = Promise.race([once(child.stdout, 'readable'), ended])
    // Without a name: Podman 4 takes no tag here, and names the image `latest`.
    .then(() => {
      if (child.stdout.readableLength === 0) throw new NoArchive()
      return engine.docker.importImage(child.stdout, { changes: [...changes, 'CMD ["bash"]'] })
    })
    .then((stream) =>
      readEngineStream(stream, {
        silenceMs: 600_000,
        waitingFor: `the import of Debian ${release}`,
        onText: (text) => {
          if (/^sha256:[0-9a-f]{64}$/.test(text)) id = text
        },
      }),
    )
    .then(() => {
      if (id === '') throw new Error('the engine does not say what image it made of the archive')
    })
  const [exitCode, result] = await Promise.all([
    ended,
    imported.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof NoArchive) return error
        // Nobody reads the archive any more: whoever writes it would wait for ever.
        unread = child.kill()
        child.stdout.destroy()
        return error
      },
    ),
  ])
  // An archive cut short is imported without complaint, so the image gets its name only when both ends are content.
  if (exitCode !== 0 || result !== undefined) {
    if (id !== '') {
      await engine.docker
        .getImage(id)
        .remove({ force: true })
        .catch(() => undefined)
    }
    const what =
      exitCode !== 0 && !unread ? `mmdebstrap ended with ${exitCode}\n${messages.join('\n')}` : reasonOf(result)
    throw new EngineError(`no base image for Debian ${release}: ${what}`, {
      code: 'BASE_IMAGE_MISSING',
      remedy: bootstrapRemedy({ release, output: messages.join('\n'), registry: reason, archive: mirrors.archive }),
      cause: result,
    })
  }
  const [repo, tag] = splitTag(baseTag(release))
  await engine.docker.getImage(id).tag({ repo, tag })
}

/** mmdebstrap wrote nothing: its messages say why. */
class NoArchive extends Error {}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `mailrig/base:trixie-1234` → its repository and its tag. */
export function splitTag(image: string): [repo: string, tag: string] {
  const colon = image.lastIndexOf(':')
  return [image.slice(0, colon), image.slice(colon + 1)]
}
