import { describe, expect, it } from 'vitest'
import { readPathCommand } from './path-command.ts'

describe('readPathCommand', () => {
  it.each([
    ['MAIL FROM:<jim@example.com>', 'jim@example.com', {}],
    ['mail from: <jim@example.com>', 'jim@example.com', {}],
    ['MAIL FROM:<>', '', {}],
    ['MAIL FROM:<@a.example,@b.example:Jim@Example.COM>', 'Jim@Example.COM', {}],
    ['MAIL FROM:<"a@b c>"@example.com>', '"a@b c>"@example.com', {}],
    ['MAIL FROM:<jim@xn--bcher-kva.example>', 'jim@xn--bcher-kva.example', {}],
    [
      'MAIL FROM:<jim@example.com> SIZE=12 body=8BITMIME RET=HDRS ENVID=a+2Bb SMTPUTF8',
      'jim@example.com',
      { SIZE: '12', BODY: '8BITMIME', RET: 'HDRS', ENVID: 'a+2Bb', SMTPUTF8: true },
    ],
  ])('reads %s', (line, address, parameters) => {
    expect(readPathCommand('MAIL FROM', line)).toEqual({ address, parameters })
  })

  it('reads recipients', () => {
    expect(readPathCommand('RCPT TO', 'RCPT TO:<Postmaster> ORCPT=rfc822;a+3Db@c.example')).toEqual({
      address: 'Postmaster',
      parameters: { ORCPT: 'rfc822;a+3Db@c.example' },
    })
  })

  it('tells of a keyword that came twice', () => {
    expect(readPathCommand('MAIL FROM', 'MAIL FROM:<> RET=FULL ret=HDRS')).toMatchObject({ duplicate: 'RET' })
  })

  it.each([
    'MAIL FROM jim@example.com',
    'MAIL FROM:jim@example.com',
    'MAIL FROM:<jim>',
    'MAIL FROM:<jim@>',
    'MAIL FROM:<@example.com>',
    'MAIL FROM:<jim@example.com',
    'MAIL FROM:<a b@example.com>',
    'MAIL FROM:<jim@example.com>SIZE=1',
    'MAIL FROM:<jim@example.com> =1',
    'RCPT TO:<jim@example.com>',
  ])('refuses %s', (line) => {
    expect(readPathCommand('MAIL FROM', line)).toBeUndefined()
  })
})
