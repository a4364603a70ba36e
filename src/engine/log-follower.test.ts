import { describe, expect, it } from 'vitest'
import { createLog, lineSplitter } from './log-follower.ts'

describe('lineSplitter', () => {
  it('puts lines together across chunks, in UTF-8, and keeps a last line without its end', () => {
    const lines: string[] = []
    const splitter = lineSplitter((line) => lines.push(line))
    for (const octet of Buffer.from('héllo\r\n\nrest')) splitter.write(Buffer.from([octet]))
    splitter.end()
    expect(lines).toEqual(['héllo', '', 'rest'])
  })
})

describe('createLog', () => {
  it('keeps the lines of both streams, however they are cut', async () => {
    const { log, write, end } = createLog('mx')
    write('stdout', Buffer.from('connect from a\ndis'))
    write('stderr', Buffer.from('warn'))
    write('stderr', Buffer.from('ing: b\n'))
    write('stdout', Buffer.from('connect\nquit'))
    end()
    await log.ended
    expect(log.lines.map(({ stream: which, text }) => `${which} ${text}`)).toEqual([
      'stdout connect from a',
      'stderr warning: b',
      'stdout disconnect',
      'stdout quit',
    ])
  })

  it('gives the first line after the call', async () => {
    const { log, write } = createLog('mx')
    write('stdout', Buffer.from('ready 1\n'))
    const line = log.next((text) => text.startsWith('ready'), 'the reload', 1_000)
    write('stdout', Buffer.from('noise\nready 2\nready 3\n'))
    expect((await line).text).toBe('ready 2')
  })

  it('names what it waited for, with the last lines, when the time is up', async () => {
    const { log, write } = createLog('mx')
    write('stderr', Buffer.from('fatal: bad\n'))
    await expect(log.next(() => false, 'the reload', 20)).rejects.toThrow(
      'waited for the reload in the log of mx: it did not come in 20 ms\n  fatal: bad',
    )
  })

  it('ends a wait at once when the output ends, and one begun later too', async () => {
    const { log, write, end } = createLog('mx')
    const line = log.next(() => false, 'the reload', 60_000)
    write('stderr', Buffer.from('fatal: bad\n'))
    end()
    await expect(line).rejects.toThrow('waited for the reload in the log of mx: its output ended\n  fatal: bad')
    await expect(log.next(() => true, 'more', 60_000)).rejects.toThrow('its output ended')
  })
})

it('keeps the last lines alone where it is told to, and tells of all', () => {
  const { log, write } = createLog('mx')
  const heard: string[] = []
  log.on(({ text }) => heard.push(text))
  log.keepLast?.(3)
  write('stdout', Buffer.from(Array.from({ length: 20 }, (_, line) => `${line}\n`).join('')))
  expect(heard).toHaveLength(20)
  expect(log.lines.length).toBeLessThanOrEqual(6)
  expect(log.lines.at(-1)?.text).toBe('19')
})
