import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import { attach } from './attach.ts'
import { bounded } from './bounded.ts'
import type { Engine } from './engine.ts'
import { frameReader } from './frames.ts'
import { removeContainer } from './sweep.ts'

const ANSWER_MS = 30_000

/** A container with a small program of Perl that has a privilege which no server under test has. */
export interface Helper {
  /** The next line that it says; `failed …` where it has ended. */
  next(waitingFor: string): Promise<string>
  /** Its standard input, of which the engine keeps one end: when this process ends, so does the program. */
  input: NodeJS.WritableStream
  remove(): Promise<void>
}

export interface HelperSpec {
  name: string
  image: string
  labels: Record<string, string>
  /** The text of the program, and its arguments. */
  program: readonly string[]
  /** What it may do; it has no other capability. */
  hostConfig: Dockerode.HostConfig
}

/** @throws what the engine says, and then nothing is left of it. */
export async function startHelper(engine: Engine, spec: HelperSpec): Promise<Helper> {
  const { name, image, labels, program, hostConfig } = spec
  const container = await engine.docker.createContainer({
    name,
    Image: image,
    Labels: labels,
    Entrypoint: ['perl', '-e', ...program],
    Cmd: [],
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: { CapDrop: ['ALL'], LogConfig: { Type: 'none', Config: {} }, ...hostConfig },
  })
  const remove = () => removeContainer(engine.docker, container.id)
  try {
    const socket = await attach(engine.docker, container.id)
    const lines = linesOf(socket)
    await container.start()
    return {
      async next(waitingFor) {
        const { value } = await bounded(lines.next(), ANSWER_MS, waitingFor)
        return value ?? 'failed its container has ended'
      },
      input: socket,
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * Gives a helper orders, a line each, one after the other so that each answer is its own: what stands behind `ok`.
 *
 * @param refused the error where it answers otherwise
 */
export function orders(helper: Helper, refused: (line: string, reason: string) => Error) {
  let before: Promise<unknown> = Promise.resolve()
  return (line: string): Promise<string> => {
    const answered = before.then(async () => {
      helper.input.write(`${line}\n`)
      const answer = await helper.next(`an answer to ${JSON.stringify(line)}`)
      if (answer.startsWith('ok ')) return answer.slice('ok '.length)
      throw refused(line, answer.replace(/^failed /, ''))
    })
    before = answered.catch(() => undefined)
    return answered
  }
}

function linesOf(socket: NodeJS.ReadableStream): AsyncIterator<string> {
  const text = new PassThrough()
  socket.on(
    'data',
    frameReader((which, payload) => {
      if (which === 'stdout') text.write(payload)
    }),
  )
  for (const event of ['end', 'close', 'error']) socket.on(event, () => text.end())
  return createInterface({ input: text })[Symbol.asyncIterator]()
}
