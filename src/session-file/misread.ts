import type { Place } from './place.ts'

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
}
