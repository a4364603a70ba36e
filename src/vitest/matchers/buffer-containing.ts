import { inWords } from './in-words.ts'
import { MatcherError } from './misuse.ts'

/** Does the Buffer hold these octets? A string counts as Latin-1, so that octets can be written in it. */
export function bufferContaining(received: unknown, octets: Buffer | string) {
  if (typeof octets !== 'string' && !Buffer.isBuffer(octets)) {
    throw new MatcherError(
      `bufferContaining takes octets, as in expect.bufferContaining('\\xff'); it was given ${inWords(octets)}`,
    )
  }
  const wanted = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets
  return {
    pass: Buffer.isBuffer(received) && received.includes(wanted),
    message: () => `expected the octets to contain ${JSON.stringify(wanted.toString('latin1'))}`,
  }
}
