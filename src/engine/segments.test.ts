import { describe, expect, it } from 'vitest'
import { segmentReader } from './segments.ts'

function read(chunks: (string | Buffer)[]): { text: string; segments: string[] } {
  let text = ''
  const segments: string[] = []
  const feed = segmentReader('abc', {
    text: (octets) => {
      text += octets.toString('latin1')
    },
    segment: ({ id, kind, payload }) => segments.push(`${id} ${kind} ${payload.toString('latin1')}`),
  })
  for (const chunk of chunks) feed(Buffer.from(chunk))
  return { text, segments }
}

const OCTETS = 'connect\nwarn\x1eabc 7 o 5\nab\ncding: x\n\x1eabc 7 x 1\n0\x1eabc 8 o 0\nend\n'
const EXPECTED = { text: 'connect\nwarning: x\nend\n', segments: ['7 o ab\ncd', '7 x 0', '8 o '] }

describe('segmentReader', () => {
  it('takes the answers out of the log, in the middle of a line too', () => {
    expect(read([OCTETS])).toEqual(EXPECTED)
  })

  it.each(Array.from({ length: OCTETS.length - 1 }, (_, index) => index + 1))(
    'puts together what is cut at %i',
    (at) => {
      expect(read([OCTETS.slice(0, at), OCTETS.slice(at)])).toEqual(EXPECTED)
    },
  )

  it('leaves marks of others and record separators in the log', () => {
    const octets = '\x1eabd 7 o 1\nx\x1e\x1eab'
    expect(read([octets, '\n'])).toEqual({ text: `${octets}\n`, segments: [] })
  })

  it('gives text at once that cannot be the beginning of an answer', () => {
    expect(read(['no newline yet']).text).toBe('no newline yet')
  })
})
