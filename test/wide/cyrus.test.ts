import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../src/engine/progress.ts'
import { type OpenRun, openRun, prepareEngine } from '../../src/rig/open-run.ts'
import type { Rig } from '../../src/rig/rig.ts'
import { startRig } from '../../src/rig/start-rig.ts'
import { DEFAULT_RELEASES } from '../../src/servers/release.ts'
import { platformNamed } from '../../src/targets/platform-named.ts'
import { parseTopology } from '../../src/topology/topology.ts'
import { mailrig } from '../run-command.ts'

// Its image is built here: only `npm run test:wide` needs it else.
describe.each(DEFAULT_RELEASES)('Cyrus of %s', (release) => {
  const platform = platformNamed({ mta: 'exim', release, store: 'cyrus' })
  let run: OpenRun
  let rig: Rig
  beforeAll(async () => {
    run = await openRun(await prepareEngine([platform], silentProgress))
    const topology = parseTopology({
      domains: { 'example.com': { mailboxes: { gerda: { quota: { storage: '50K' } }, tom: {} } } },
    })
    rig = await startRig({ topology, ...platform, world: run.world })
  })
  afterAll(async () => {
    await rig?.stop()
    await run?.close()
  })

  it('tells by its tools what IMAP tells', async () => {
    const { store } = rig
    const sent = await rig.send({ to: 'gerda@example.com', subject: 'Counted' })
    const mailbox = rig.mailbox('gerda')
    const stored = await mailbox.waitFor(sent)
    const folder = 'Lists of a friend'
    const session = await mailbox.imapSession()
    await session.login({ user: 'gerda@example.com', password: 'secret' })
    expect(await session.command(`CREATE "${folder}"`)).toMatchObject({ status: 'OK' })
    expect((await store.folders('gerda@example.com')).toSorted()).toEqual(['INBOX', folder])
    const listed = await mailbox.list()
    expect(await store.status('gerda@example.com')).toMatchObject({
      messages: 1,
      unseen: 1,
      uidNext: stored.uid + 1,
      size: listed.reduce((sum, { size }) => sum + size, 0),
    })
    expect(await store.fetch('gerda@example.com', ['mailbox', 'uid', 'RFC822.SIZE'], ['SUBJECT', 'Counted'])).toEqual([
      { mailbox: 'INBOX', uid: String(stored.uid), 'RFC822.SIZE': String(stored.size) },
    ])
    expect(await store.fetch('gerda@example.com', ['uid'], ['SUBJECT', 'Other'])).toEqual([])
    expect(await store.find([sent.messageId, 'another@example.com'])).toEqual([
      { user: 'gerda@example.com', folder: 'INBOX', uid: stored.uid, messageId: sent.messageId },
    ])
    expect(await store.quota('gerda@example.com')).toMatchObject([{ type: 'STORAGE', limit: 50 }])
    expect(await store.quota('tom@example.com')).toEqual([])
  })

  it('knows no user and no folder that is not there', async () => {
    await expect(rig.store.status('nobody@example.com')).rejects.toThrow(/there is no user nobody@example\.com/)
    await expect(rig.store.status('tom@example.com', 'Lists')).rejects.toThrow(/Mailbox does not exist/)
  })

  it('tells its settings and its version', async () => {
    expect(await rig.store.conf('unixhierarchysep')).toMatch(/^(?:yes|1)$/)
    expect(await rig.store.conf('no_such_setting')).toBeUndefined()
    expect(await rig.store.version()).toMatch(/^3\.\d+\.\d+$/)
  })

  it('does not start with a Sieve script that does not compile, and says why', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
    const path = join(folder, 'topology.json')
    const mailboxes = { jim: { sieve: 'keep;\nfileinto "Lists";\n' } }
    await writeFile(path, JSON.stringify({ domains: { 'example.com': { mailboxes } } }))
    const asked = ['--mta', 'exim', '--release', release, '--store', 'cyrus', '--name', 'refused']
    const { code, stderr } = await mailrig('up', path, ...asked)
    expect(stderr).toMatch(/The Sieve script of jim@example\.com does not compile:\n.*line 2: fileinto/)
    expect(code).toBe(2)
    await rm(folder, { recursive: true })
  })
})
