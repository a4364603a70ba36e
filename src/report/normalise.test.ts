import { describe, expect, it } from 'vitest'
import { normaliseReply, normaliseText } from './normalise.ts'

const none = { queueIds: [] }

describe('normaliseReply', () => {
  it.each([
    [250, ['2.0.0 Ok: queued as 4fRTlK3Xz2z1N'], '250 2.0.0 Ok: queued as ID'],
    [250, ['OK id=1OjReS-0005kT-Jj'], '250 OK id=ID'],
    [221, [''], '221'],
    [250, ['mx.example.com Hello client.example [198.19.0.1]'], '250 mx.example.com Hello client.example [ADDRESS]'],
    [
      214,
      ['2.0.0 This is sendmail version 8.17.1.9', '2.0.0 Topics:'],
      '214 2.0.0 This is sendmail version VERSION (+1 line)',
    ],
    [220, ['mx ESMTP Exim 4.96 Sat, 22 Nov 2025 11:00:00 +0000'], '220 mx ESMTP Exim VERSION TIME'],
    [
      220,
      ['mx ESMTP Sendmail 8.18.1/8.18.1/Debian-6; Sat, 22 Nov 2025 11:00:00 GMT; (No UCE/UBE)'],
      '220 mx ESMTP Sendmail VERSION; TIME; (No UCE/UBE)',
    ],
    [500, ['one', 'two', 'three'], '500 one (+2 lines)'],
  ])('%i %j is %j', (code, lines, expected) => {
    expect(normaliseReply({ code, lines }, { queueIds: ['4fRTlK3Xz2z1N', '1OjReS-0005kT-Jj'] })).toBe(expected)
  })
})

describe('normaliseText', () => {
  it('leaves enhanced status codes alone', () => {
    expect(normaliseText('550 5.1.1 <nobody@example.com>', none)).toBe('550 5.1.1 <nobody@example.com>')
  })

  it('shows control characters', () => {
    expect(normaliseText('a\0b\r', none)).toBe('a\\x00b\\x0d')
  })
})
