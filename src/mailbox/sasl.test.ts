import { describe, expect, it } from 'vitest'
import { saslClient } from './sasl.ts'

describe('saslClient', () => {
  it('sends name and password at once: PLAIN', () => {
    const answer = saslClient('PLAIN', { user: 'tim', password: 'tanstaaftanstaaf' })
    expect(answer(Buffer.alloc(0)).toString()).toBe('\0tim\0tanstaaftanstaaf')
  })

  it('sends one after the other, and no third: LOGIN', () => {
    const answer = saslClient('LOGIN', { user: 'tim', password: 'x' })
    expect(answer(Buffer.from('User Name')).toString()).toBe('tim')
    expect(answer(Buffer.from('Password')).toString()).toBe('x')
    expect(() => answer(Buffer.from('More'))).toThrow('Expected at most 2 challenges, but the server said: More')
  })

  it('answers the example of RFC 2195 §2: CRAM-MD5', () => {
    const answer = saslClient('CRAM-MD5', { user: 'tim', password: 'tanstaaftanstaaf' })
    expect(answer(Buffer.from('<1896.697170952@postoffice.reston.mci.net>')).toString()).toBe(
      'tim b913a602c7eda7a495b4e6e7334d3890',
    )
  })

  it.each([
    {
      section: 'RFC 5802 §5',
      mechanism: 'SCRAM-SHA-1' as const,
      nonce: 'fyko+d2lbbFgONRv9qkxdawL',
      first: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
      answer: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
      last: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
    },
    {
      section: 'RFC 7677 §3',
      mechanism: 'SCRAM-SHA-256' as const,
      nonce: 'rOprNGfwEbeRWgbNEkqO',
      first: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      answer:
        'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      last: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    },
  ])('answers the example of $section: $mechanism', ({ mechanism, nonce, first, answer, last }) => {
    const client = saslClient(mechanism, { user: 'user', password: 'pencil' }, nonce)
    expect(client(Buffer.alloc(0)).toString()).toBe(`n,,n=user,r=${nonce}`)
    expect(client(Buffer.from(first)).toString()).toBe(answer)
    expect(client(Buffer.from(last))).toEqual(Buffer.alloc(0))
  })

  it('does not believe a server that does not know the password: SCRAM', () => {
    const client = saslClient('SCRAM-SHA-1', { user: 'user', password: 'pencil' }, 'abc')
    client(Buffer.alloc(0))
    expect(() => client(Buffer.from('r=xyz,s=QSXCR+Q6sek8bf92,i=4096'))).toThrow(
      'Expected a nonce that begins with abc',
    )
    const again = saslClient('SCRAM-SHA-1', { user: 'user', password: 'pencil' }, 'abc')
    again(Buffer.alloc(0))
    again(Buffer.from('r=abcdef,s=QSXCR+Q6sek8bf92,i=4096'))
    expect(() => again(Buffer.from('v=rmF9pqV8S7suAoZWja4dJRkFsKQ='))).toThrow('a server that knows the password')
  })
})
