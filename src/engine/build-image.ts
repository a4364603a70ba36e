import { Readable } from 'node:stream'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'
import type { ProgressStep } from './progress.ts'
import { packTar, type TarInput } from './tar.ts'

export interface BuildRequest {
  tag: string
  context: readonly TarInput[]
  buildArguments: Record<string, string>
  labels: Record<string, string>
}

/** A package may be quiet for a minute while it is set up; sendmail's sleeps so long without a qualified host name. */
const SILENCE_MS = 600_000

/**
 * Builds an image with the engine's classic builder, which every engine has.
 *
 * @throws {EngineError} IMAGE_NOT_BUILT with the Dockerfile step and the last 30 lines.
 */
export async function buildImage(engine: Engine, request: BuildRequest, step: ProgressStep): Promise<void> {
  const lastLines: string[] = []
  let instruction = 'before the first step'
  const onText = (text: string) => {
    if (/^Step \d+\/\d+ : /.test(text)) instruction = text
    lastLines.push(text)
    if (lastLines.length > 30) lastLines.shift()
    step.update(text)
  }
  try {
    const stream = await engine.docker.buildImage(Readable.from([packTar(request.context, new Date(0))]), {
      t: request.tag,
      buildargs: { ...proxyArguments(), ...request.buildArguments },
      labels: request.labels,
      rm: true,
      forcerm: true,
    })
    await readEngineStream(stream, { silenceMs: SILENCE_MS, waitingFor: `the build of ${request.tag}`, onText })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(`${request.tag} was not built: ${reason}\n${instruction}\n${lastLines.join('\n')}`, {
      code: 'IMAGE_NOT_BUILT',
      remedy: 'Correct the Dockerfile at the step above, or the network access of the engine where a download failed.',
      cause,
    })
  }
}

/** As the docker command does: builds go through the proxies of the environment. They are not part of the image. */
function proxyArguments(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()])
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value ? [[name, value]] : []
    }),
  )
}
