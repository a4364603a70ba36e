import { EngineError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'

/** One object of the JSON stream that the engine sends while it builds, pulls or imports an image. */
interface StreamMessage {
  stream?: string
  status?: string
  progress?: string
  error?: string
}

export interface EngineStreamOptions {
  /** Called with each line of build output, or status of a download. */
  onText?: (text: string) => void
  /** The engine may say nothing for this long, in milliseconds. */
  silenceMs: number
  waitingFor: string
}

/**
 * Reads such a stream to its end.
 *
 * @throws {EngineError} ENGINE_REFUSED with the engine's own words, ENGINE_SILENT after `silenceMs` without any.
 */
export async function readEngineStream(stream: NodeJS.ReadableStream, options: EngineStreamOptions): Promise<void> {
  let silent = false
  const destroy = () => {
    silent = true
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
  }
  const silenceMs = patience(options.silenceMs)
  let timer = setTimeout(destroy, silenceMs)
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of stream) {
      clearTimeout(timer)
      timer = setTimeout(destroy, silenceMs)
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) readMessage(line, options)
    }
    readMessage(rest, options)
  } catch (error) {
    if (!silent) throw error
  } finally {
    clearTimeout(timer)
  }
  if (silent) {
    throw new EngineError(
      `the engine said nothing for ${options.silenceMs / 1000} s: waited for ${options.waitingFor}`,
      {
        code: 'ENGINE_SILENT',
        remedy: 'See whether the engine is alive and has network access (`docker info`), then run this again.',
      },
    )
  }
}

function readMessage(line: string, options: EngineStreamOptions): void {
  if (line.trim() === '') return
  const message = JSON.parse(line) as StreamMessage
  if (message.error !== undefined) throw new EngineError(message.error, { code: 'ENGINE_REFUSED' })
  const coloured = message.stream ?? [message.status, message.progress].filter(Boolean).join(' ')
  // The builder marks standard error in red, in lines of its own.
  const text = coloured.replace(/\x1b\[[\d;]*m/g, '')
  for (const part of text.split('\n')) {
    if (part.trim() !== '') options.onText?.(part.trimEnd())
  }
}
