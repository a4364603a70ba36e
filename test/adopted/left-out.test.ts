import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSession } from '../../src/session/session.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { type BootedSample, bootSample, sample } from './boot-sample.ts'

// What the overlays are for: without them, the same configuration fails in the way that each one's reason tells.
let booted: BootedSample
let host: AdoptedHost
beforeAll(async () => {
  booted = await bootSample(await sample('plain'), 'bookworm', ['certificates', 'milters', 'tables', 'test-account'])
  host = booted.host
})
afterAll(() => booted?.close())

it('lists none that was left out, and the others all the same', () => {
  const kinds = new Set(host.overlays.map(({ kind }) => kind))
  for (const kind of ['certificates', 'milters', 'tables', 'test-account'] as const) expect(kinds).not.toContain(kind)
  expect(kinds).toContain('policy')
})

it('without certificates, Dovecot does not start, and the verdict names the line', async () => {
  const { starts, findings } = await startVerdict(host)
  expect(starts).toBe(false)
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: 'fault', server: 'dovecot', message: expect.stringContaining('ssl_cert') }),
  )
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: 'fault', message: expect.stringContaining('port 993 does not listen') }),
  )
})

it('without its milter, mail is refused for the time being', async () => {
  const session = await openSession(host.endpoint(25))
  await session.ehlo('stranger.example')
  expect((await session.command('MAIL FROM:<somebody@elsewhere.example>')).code).toBe(451)
  session.destroy()
})
