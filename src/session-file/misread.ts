import { nearest } from '../errors/did-you-mean.ts'
import type { Place } from '../yaml/place.ts'

/** Thrown while reading, where the file's name is not known: what stands somewhere, and what should. */
export class Misread extends Error {
  readonly place: Place

  constructor(place: Place, message: string) {
    super(message)
    this.place = place
  }

  static found(place: Place, found: string, expected: string): Misread {
    return new Misread(place, `found ${found}, expected ${expected}`)
  }

  /** The same for a word that is none of a list: with the one it most likely stands for. */
  static none(place: Place, found: string, expected: string, word: string, words: readonly string[]): Misread {
    const near = nearest(word, words)
    const meant = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
    return Misread.found(place, found, `${expected}: ${words.join(', ') || 'none'}${meant}`)
  }
}
