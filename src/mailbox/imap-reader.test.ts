import { expect, it, vi } from 'vitest'
import { ImapReader } from './imap-reader.ts'

/** Chunks of `size` octets. */
function feed(reader: ImapReader, octets: Buffer, size: number): void {
  for (let at = 0; at < octets.length; at += size) reader.received(octets.subarray(at, at + size))
}

const connection = { end: undefined } as never

it.each([1, 2, 7, 4096])('reads lines and literals in parts of %i octets', async (size) => {
  const reader = new ImapReader()
  feed(reader, Buffer.from('* 1 FETCH (A {5}\r\nab\r\nc B {0}\r\n)\r\na1 OK done\r\n* 2 EX'), size)
  expect(await reader.line(connection, 'a line')).toBe('* 1 FETCH (A {5}\r\nab\r\nc B {0}\r\n)')
  expect(await reader.line(connection, 'a line')).toBe('a1 OK done')
  expect(reader.unread.toString()).toBe('* 2 EX')
})

it('does not copy a long message again with each part of it that comes', async () => {
  const literal = `${'x'.repeat(998)}\r\n`.repeat(2000)
  const octets = Buffer.from(`* 1 FETCH (BODY[] {${literal.length}}\r\n${literal})\r\n`)
  const concat = vi.spyOn(Buffer, 'concat')
  try {
    const reader = new ImapReader()
    feed(reader, octets, 1400)
    expect((await reader.line(connection, 'a line')).length).toBe(octets.length - 2)
    const copied = concat.mock.calls.flatMap(([parts]) => parts).reduce((sum, part) => sum + part.length, 0)
    expect(copied).toBeLessThan(3 * octets.length)
  } finally {
    concat.mockRestore()
  }
})
