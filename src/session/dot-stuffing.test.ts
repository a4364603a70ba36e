import { describe, expect, it } from 'vitest'
import { stuff, toCrlf, unstuff } from './dot-stuffing.ts'

describe('stuff', () => {
  it.each([
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\n', 'a\n\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['..\r\n.\r\n...a\r\n', '...\r\n..\r\n....a\r\n.\r\n'],
    ['a.b\r\nc.\r\n', 'a.b\r\nc.\r\n.\r\n'],
    ['a\n.\r\nb\r\n', 'a\n.\r\nb\r\n.\r\n'],
    ['a\r.\r\n', 'a\r.\r\n.\r\n'],
    ['\r\n.\r\n', '\r\n..\r\n.\r\n'],
  ])('%j goes over the wire as %j', (content, wire) => {
    expect(stuff(Buffer.from(content)).toString()).toBe(wire)
  })

  it('is undone by unstuff', () => {
    for (const content of ['', '.\r\n', 'a\r\n..\r\n.b\r\n', '\r\n.\r\n.\r\n', 'no dots\r\n']) {
      const wire = stuff(Buffer.from(content))
      expect(unstuff(wire.subarray(0, -3)).toString()).toBe(content)
    }
  })
})

describe('toCrlf', () => {
  it('makes every line end a CRLF once', () => {
    expect(toCrlf('a\nb\r\nc\n\nd')).toBe('a\r\nb\r\nc\r\n\r\nd')
  })
})
