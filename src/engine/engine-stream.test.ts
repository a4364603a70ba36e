import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readEngineStream } from './engine-stream.ts'

const options = { silenceMs: 1_000, waitingFor: 'the build' }

describe('readEngineStream', () => {
  it('hands on lines, however the stream is cut', async () => {
    const red = '{"stream":"\\u001b[91mtwo\\n\\u001b[0m"}\r\n'
    const text = `${red}{"stream":"Step 1/2 : FROM x\\n"}\r\n{"stream":"\\n"}\r\n{"status":"Pulling","progress":"[=> ]"}\r\n`
    const lines: string[] = []
    const pieces = text.match(/.{1,7}/gs) ?? []
    await readEngineStream(Readable.from(pieces.map((piece) => Buffer.from(piece))), {
      ...options,
      onText: (line) => lines.push(line),
    })
    expect(lines).toEqual(['two', 'Step 1/2 : FROM x', 'Pulling [=> ]'])
  })

  it("throws the engine's own words", async () => {
    const stream = Readable.from([Buffer.from('{"error":"The command returned a non-zero code: 100"}\n')])
    await expect(readEngineStream(stream, options)).rejects.toThrow('The command returned a non-zero code: 100')
  })

  it('ends when the engine falls silent', async () => {
    const stream = new PassThrough()
    stream.write('{"stream":"Step 1"}\n')
    await expect(readEngineStream(stream, { ...options, silenceMs: 30 })).rejects.toThrow(
      'the engine said nothing for 0.03 s: waited for the build',
    )
  })
})
