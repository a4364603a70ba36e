import { describe, expect, it } from 'vitest'
import { readSieveResponse } from './sieve-response.ts'

const read = (text: string) => readSieveResponse(Buffer.from(text))

describe('readSieveResponse', () => {
  it('reads a status, its code and its text', () => {
    expect(read('NO (QUOTA/MAXSIZE) "too \\"large\\""\r\nOK\r\n')).toEqual({
      response: { status: 'NO', code: 'QUOTA/MAXSIZE', text: 'too "large"', data: [] },
      length: 36,
    })
  })

  it('reads a status alone, and a code with a string in it', () => {
    expect(read('OK\r\n')?.response).toEqual({ status: 'OK', text: '', data: [] })
    expect(read('OK (TAG "a)b") "done"\r\n')?.response).toMatchObject({ code: 'TAG "a)b"', text: 'done' })
  })

  it('reads lines before the status, quoted and literal, by octets', () => {
    const { response } = read('"a\\\\b" ACTIVE\r\n{7}\r\nü\r\nOK\n\r\nOK "done"\r\n') ?? {}
    expect(response).toEqual({ status: 'OK', text: 'done', data: [['a\\b', 'ACTIVE'], ['ü\r\nOK\n']] })
  })

  it.each(['', 'O', 'OK', 'OK\r', 'OK "do', '{5}\r\nabc', '"a" ACTIVE\r\n', 'NO {3}\r\nabc'])(
    'waits for the end of %j',
    (text) => {
      expect(read(text)).toBeUndefined()
    },
  )
})
