import { describe, expect, it } from 'vitest'
import type { Zone, ZoneRecord } from '../dns/zone.ts'
import { authenticate } from './authenticate.ts'
import { dkimKey } from './dkim-key.ts'
import { arcSeal, dkimSign } from './sign.ts'
import { zoneResolver } from './zone-resolver.ts'

const KEY = dkimKey({ domain: 'sender.example', algorithm: 'ed25519' })
const RSA = dkimKey({ domain: 'sender.example', selector: 'rsa' })

function zone(texts: Record<string, string> = {}, faults: Zone['faults'] = new Map()): Zone {
  const records = new Map<string, ZoneRecord[]>([
    ['client.example', [{ type: 'A', data: '192.0.2.1' }]],
    ['sender.example', [{ type: 'MX', data: { preference: 10, exchange: 'client.example' } }]],
  ])
  const all = { [KEY.name]: KEY.record, [RSA.name]: RSA.record, ...texts }
  for (const [name, text] of Object.entries(all)) {
    records.set(name, [...(records.get(name) ?? []), { type: 'TXT', data: [Buffer.from(text)] }])
  }
  return { records, ancestors: new Set(['example', '_domainkey.sender.example']), faults }
}

const ASKS = { 'sender.example': 'v=spf1 a:client.example -all', '_dmarc.sender.example': 'v=DMARC1; p=reject' }
const MESSAGE =
  'From: marc@sender.example\nTo: jim@example.com\nSubject: Hello\nDate: Mon, 30 Nov 2026 12:00:00 +0000\n\nText.\n'
const FROM = { client: '192.0.2.1', helo: 'client.example', from: 'marc@sender.example' }

describe('what a receiver finds', () => {
  it.each([
    ['ed25519', KEY],
    ['rsa', RSA],
  ])('is a pass of all three for mail signed by %s, from the right host', async (_, key) => {
    const results = await authenticate(await dkimSign(MESSAGE, key), zone(ASKS), FROM)
    expect(results).toMatchObject({ spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' })
    expect(results.signatures).toMatchObject([{ domain: 'sender.example', selector: key.selector, result: 'pass' }])
    expect(results.field).toMatch(/^Authentication-Results: receiver\.example;.*dkim=pass/)
  })

  it('is a failure for mail from elsewhere without a signature', async () => {
    const results = await authenticate(Buffer.from(MESSAGE), zone(ASKS), { ...FROM, client: '192.0.2.9' })
    expect(results).toMatchObject({ spf: 'fail', dkim: 'none', dmarc: 'fail', arc: 'none', signatures: [] })
  })

  it.each(['body', 'subject'] as const)('is a broken signature where the %s was changed', async (broken) => {
    const content = await dkimSign(MESSAGE, KEY, { broken })
    expect(await authenticate(content, zone(ASKS), { ...FROM, client: '192.0.2.9' })).toMatchObject({
      dkim: 'fail',
      dmarc: 'fail',
    })
  })

  it('lets something be added behind what l= says', async () => {
    const content = await dkimSign(MESSAGE, KEY, { bodyLength: 7, broken: 'body' })
    expect(await authenticate(content, zone())).toMatchObject({ dkim: 'pass' })
  })

  it('is the one signature that verifies, of several', async () => {
    const other = dkimKey({ domain: 'sender.example', selector: 'absent', algorithm: 'ed25519' })
    const results = await authenticate(await dkimSign(MESSAGE, [other, KEY]), zone())
    expect(results.dkim).toBe('pass')
    expect(results.signatures.map(({ selector }) => selector).sort()).toEqual(['absent', 'mailrig'])
  })

  it('is no pass where DNS has no such selector, or does not answer', async () => {
    const other = dkimKey({ domain: 'sender.example', selector: 'absent', algorithm: 'ed25519' })
    expect((await authenticate(await dkimSign(MESSAGE, other), zone())).dkim).not.toBe('pass')
    const silent = zone({}, new Map([[KEY.name, [{ how: 'servfail', types: 'all' }]]]))
    expect((await authenticate(await dkimSign(MESSAGE, KEY), silent)).dkim).toBe('temperror')
  })

  it('is no result of SPF where nobody knows the client', async () => {
    expect(await authenticate(Buffer.from(MESSAGE), zone(ASKS), { from: FROM.from })).toMatchObject({ spf: 'none' })
  })

  it('is a whole chain of seals, or a broken one', async () => {
    const authResults = 'sender.example; dkim=pass'
    const sealed = await arcSeal(await dkimSign(MESSAGE, KEY), KEY, { authResults })
    expect(await authenticate(sealed, zone())).toMatchObject({ arc: 'pass', dkim: 'pass' })
    const changed = Buffer.from(sealed.toString().replace('Text.', 'Other.'))
    expect(await authenticate(changed, zone())).toMatchObject({ arc: 'fail', dkim: 'fail' })
  })
})

it('asks the zone alone, and tells what is not there', async () => {
  const ask = zoneResolver(zone(ASKS))
  expect(await ask('client.example', 'A')).toEqual(['192.0.2.1'])
  expect(await ask('sender.example', 'MX')).toEqual([{ priority: 10, exchange: 'client.example' }])
  expect(await ask('sender.example', 'TXT')).toEqual([['v=spf1 a:client.example -all']])
  await expect(ask('client.example', 'TXT')).rejects.toMatchObject({ code: 'ENODATA' })
  await expect(ask('www.google.com', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

it('says what is wrong with a key', async () => {
  expect(() => dkimKey({ domain: 'sender.example', privateKey: 'no key' })).toThrow(
    /^the key of mailrig\._domainkey\.sender\.example is no private key: /,
  )
  await expect(dkimSign(MESSAGE, [])).rejects.toThrow('there is no key')
  await expect(dkimSign(MESSAGE, { ...KEY, privateKey: 'no key' })).rejects.toThrow(
    /^the message cannot be signed for sender\.example: /,
  )
})
