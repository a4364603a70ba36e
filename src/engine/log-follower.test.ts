import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { followLog, lineSplitter } from './log-follower.ts'

function frame(stream: 1 | 2, text: string | Buffer): Buffer {
  const payload = Buffer.from(text)
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

describe('lineSplitter', () => {
  it('puts lines together across chunks, in UTF-8, and keeps a last line without its end', () => {
    const lines: string[] = []
    const splitter = lineSplitter((line) => lines.push(line))
    for (const octet of Buffer.from('héllo\r\n\nrest')) splitter.write(Buffer.from([octet]))
    splitter.end()
    expect(lines).toEqual(['héllo', '', 'rest'])
  })
})

describe('followLog', () => {
  it('keeps the lines of both streams, however they are cut', async () => {
    const stream = new PassThrough()
    const log = followLog(stream, 'mx')
    const octets = Buffer.concat([frame(1, 'connect from a\ndis'), frame(2, 'warning: b\n'), frame(1, 'connect\n')])
    stream.write(octets.subarray(0, 5))
    stream.write(octets.subarray(5, 30))
    stream.end(octets.subarray(30))
    await log.ended
    expect(log.lines.map(({ stream: which, text }) => `${which} ${text}`)).toEqual([
      'stdout connect from a',
      'stderr warning: b',
      'stdout disconnect',
    ])
  })

  it('gives the first line after the call', async () => {
    const stream = new PassThrough()
    const log = followLog(stream, 'mx')
    stream.write(frame(1, 'ready 1\n'))
    await new Promise((resolve) => setImmediate(resolve))
    const line = log.next((text) => text.startsWith('ready'), 'the reload', 1_000)
    stream.write(frame(1, 'noise\nready 2\nready 3\n'))
    expect((await line).text).toBe('ready 2')
  })

  it('names what it waited for, with the last lines, when the time is up', async () => {
    const stream = new PassThrough()
    const log = followLog(stream, 'mx')
    stream.write(frame(2, 'fatal: bad\n'))
    await expect(log.next(() => false, 'the reload', 20)).rejects.toThrow(
      'waited for the reload in the log of mx: it did not come in 20 ms\n  fatal: bad',
    )
  })

  it('ends a wait at once when the output ends, and one begun later too', async () => {
    const stream = new PassThrough()
    const log = followLog(stream, 'mx')
    const line = log.next(() => false, 'the reload', 60_000)
    stream.end(frame(2, 'fatal: bad\n'))
    await expect(line).rejects.toThrow('waited for the reload in the log of mx: its output ended\n  fatal: bad')
    await expect(log.next(() => true, 'more', 60_000)).rejects.toThrow('its output ended')
  })
})
