import type { Place } from '../yaml/place.ts'
import { Misread } from './misread.ts'

const WORD = /[^\s"/,:()[\]]+/y

/** Reads one line of a session file from left to right, and knows where it is. */
export class Cursor {
  readonly text: string
  readonly line: number
  #at = 0

  constructor(text: string, line: number) {
    this.text = text
    this.line = line
  }

  get place(): Place {
    return { line: this.line, column: this.#at + 1 }
  }

  get done(): boolean {
    return this.#at >= this.text.length
  }

  /** The next character; empty at the end of the line. */
  get next(): string {
    return this.text[this.#at] ?? ''
  }

  /** What has not been read. */
  get rest(): string {
    return this.text.slice(this.#at)
  }

  /** Reads one character. */
  shift(): string {
    const char = this.next
    this.#at += char.length
    return char
  }

  /** Reads all that is left. */
  remainder(): string {
    const rest = this.rest
    this.#at = this.text.length
    return rest
  }

  skipBlanks(): void {
    while (this.next === ' ' || this.next === '\t') this.#at += 1
  }

  /** Reads `text` where it stands next; false where something else does. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** Reads what the pattern matches here, which has to be sticky; undefined where it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0]
    if (found === undefined || found === '') return undefined
    this.#at += found.length
    return found
  }

  /** The next word without reading it; empty where none stands. */
  peekWord(): string {
    const at = this.#at
    const word = this.match(WORD) ?? ''
    this.#at = at
    return word
  }

  /** Reads a word. @throws Misread naming what is expected */
  word(expected: string): string {
    return this.match(WORD) ?? this.fail(expected)
  }

  /** Reads one of these words. */
  oneOf<T extends string>(words: readonly T[], what: string): T {
    const place = this.place
    const word = this.word(`${what}: ${words.join(', ')}`)
    const found = words.find((candidate) => candidate === word)
    if (found === undefined) throw Misread.none(place, quoted(word), what, word, words)
    return found
  }

  /** Reads `text`, or fails. */
  expect(text: string, expected = `"${text}"`): void {
    if (!this.take(text)) this.fail(expected)
  }

  /** Nothing but blanks may be left. */
  end(expected = 'the end of the line'): void {
    this.skipBlanks()
    if (!this.done) this.fail(expected)
  }

  fail(expected: string): never {
    throw Misread.found(this.place, this.found(), expected)
  }

  /** What stands next, for an error. */
  found(): string {
    if (this.done) return 'the end of the line'
    return quoted(this.peekWord() || this.next)
  }
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
