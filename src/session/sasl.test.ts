import { describe, expect, it } from 'vitest'
import { SaslError, saslClient, scram } from './sasl.ts'

const jim = { user: 'jim@example.com', password: 'secret' }

describe('saslClient', () => {
  it('PLAIN says all at once (RFC 4616 §4)', () => {
    const client = saslClient({ mechanism: 'PLAIN', user: 'tim', password: 'tanstaaftanstaaf' })
    expect(client.initial?.toString()).toBe('\0tim\0tanstaaftanstaaf')
    expect(saslClient({ ...jim, authorizationId: 'Ursel' }).initial?.toString()).toBe('Ursel\0jim@example.com\0secret')
  })

  it('LOGIN waits to be asked, twice', () => {
    const client = saslClient({ mechanism: 'LOGIN', ...jim })
    expect(client.initial).toBeUndefined()
    expect(client.respond(Buffer.from('Username:')).toString()).toBe('jim@example.com')
    expect(client.respond(Buffer.from('Password:')).toString()).toBe('secret')
  })

  it('CRAM-MD5 answers as in RFC 2195 §2', () => {
    const client = saslClient({ mechanism: 'CRAM-MD5', user: 'tim', password: 'tanstaaftanstaaf' })
    expect(client.respond(Buffer.from('<1896.697170952@postoffice.reston.mci.net>')).toString()).toBe(
      'tim b913a602c7eda7a495b4e6e7334d3890',
    )
  })

  it('XOAUTH2 has the token in place of the password', () => {
    const client = saslClient({ mechanism: 'XOAUTH2', user: 'jim', password: 'token' })
    expect(client.initial?.toString()).toBe('user=jim\u0001auth=Bearer token\u0001\u0001')
    expect(client.respond(Buffer.from('{"status":"400"}'))).toHaveLength(0)
  })

  it('knows no other', () => {
    expect(() => saslClient({ mechanism: 'GSSAPI' as 'PLAIN', ...jim })).toThrow(/no mechanism "GSSAPI"/)
  })
})

describe('scram', () => {
  const sha1 = {
    mechanism: 'SCRAM-SHA-1',
    hash: 'sha1',
    user: 'user',
    password: 'pencil',
    authorizationId: '',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
  } as const
  const first = 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096'

  it('is that of RFC 5802 §5', () => {
    const client = scram(sha1)
    expect(client.initial?.toString()).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL')
    expect(client.respond(Buffer.from(first)).toString()).toBe(
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    )
    expect(client.respond(Buffer.from('v=rmF9pqV8S7suAoZWja4dJRkFsKQ='))).toHaveLength(0)
  })

  it('is that of RFC 7677 §3', () => {
    const client = scram({ ...sha1, mechanism: 'SCRAM-SHA-256', hash: 'sha256', nonce: 'rOprNGfwEbeRWgbNEkqO' })
    const challenge = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
    expect(client.respond(Buffer.from(challenge)).toString()).toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    )
    expect(client.respond(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='))).toHaveLength(0)
  })

  it('hides what would end a name', () => {
    const client = scram({ ...sha1, user: 'a=b,c', authorizationId: 'd,e' })
    expect(client.initial?.toString()).toBe('n,a=d=2Ce,n=a=3Db=2Cc,r=fyko+d2lbbFgONRv9qkxdawL')
  })

  it.each([
    ['a nonce of somebody else', 'r=other,s=QSXCR+Q6sek8bf92,i=4096'],
    ['its own nonce given back', 'r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096'],
    ['no salt', 'r=fyko+d2lbbFgONRv9qkxdawL3r,i=4096'],
    ['iterations without end', 'r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i=99999999999'],
  ])('refuses %s', (_, challenge) => {
    expect(() => scram(sha1).respond(Buffer.from(challenge))).toThrow(SaslError)
  })

  it('refuses a server that does not know the password', () => {
    const client = scram(sha1)
    client.respond(Buffer.from(first))
    expect(() => client.respond(Buffer.from('v=AAAA'))).toThrow(/knows the password/)
    expect(() => client.respond(Buffer.from('e=other-error'))).toThrow(/e=other-error/)
  })
})
