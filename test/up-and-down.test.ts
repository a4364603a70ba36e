import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import Pop3Command from 'node-pop3'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

it('up --json gives a rig that stock clients can use, and down ends it', async () => {
  const up = await mailrig('up', '--mta', 'postfix', '--release', 'trixie', '--name', 'stock-clients', '--json')
  try {
    expect(up.code, up.stderr).toBe(0)
    const rig = JSON.parse(up.stdout)
    expect(rig.mta).toEqual({
      name: 'postfix',
      version: expect.stringMatching(/^3\.\d+/),
      release: 'trixie',
      host: 'mx.example.com',
    })
    const endpoint = { host: expect.any(String), port: expect.any(Number) }
    const services = ['smtp', 'submission', 'submissions', 'imap', 'pop3', 'imaps', 'pop3s']
    expect(rig.endpoints).toEqual(Object.fromEntries(services.map((service) => [service, endpoint])))
    expect(rig.lan).toEqual({ smtp: endpoint, submission: endpoint, submissions: endpoint })
    const [jim] = rig.accounts
    expect(jim).toEqual({ address: 'jim@example.com', user: 'jim@example.com', password: expect.any(String) })

    const following = start(process.execPath, [MAILRIG, 'logs', 'stock-clients', '--follow'])
    await following.heard(/postfix +.*daemon started/)

    const tls = { rejectUnauthorized: true, ca: rig.authority, servername: 'mx.example.com' }
    const auth = { user: jim.user, pass: jim.password }
    const submission = createTransport({ ...rig.endpoints.submission, requireTLS: true, tls, auth })
    await submission.sendMail({ from: jim.address, to: jim.address, subject: 'By submission', text: 'Hello\n' })

    const imap = new ImapFlow({ ...rig.endpoints.imap, secure: false, doSTARTTLS: false, auth, logger: false })
    await imap.connect()
    await imap.mailboxOpen('INBOX')
    if (imap.mailbox && imap.mailbox.exists === 0) await new Promise((resolve) => imap.once('exists', resolve))
    const [message] = await imap.fetchAll('1', { envelope: true })
    expect(message?.envelope?.subject).toBe('By submission')
    await imap.logout()

    await following.heard(/dovecot +.*saved mail to INBOX/)
    const logged = (await mailrig('logs', 'stock-clients', '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { messageId } = logged.find(({ event }) => event === 'store')
    expect(logged).toContainEqual(expect.objectContaining({ event: 'delivered', messageId, from: jim.address }))
    const trace = await mailrig('trace', `<${messageId}>`, '--name', 'stock-clients')
    expect(trace.stdout, trace.stderr).toMatch(/^<jim@example\.com> delivered\n(?:.*\n)*.*dovecot\s+store/)
    expect((await mailrig('queue', 'stock-clients')).stdout).toBe('The queue is empty.\n')
    expect(await mailrig('trace', 'unheard@of.example', '--name', 'stock-clients')).toMatchObject({
      code: 2,
      stdout: '',
    })

    // The sample trusts the lan: who comes in at that address may send mail anywhere, who comes in at the other may not.
    const outside = { from: jim.address, to: 'someone@elsewhere.example', subject: 'Out', text: 'Hello\n' }
    await createTransport({ ...rig.lan.smtp, tls }).sendMail(outside)
    await following.heard(/to=<someone@elsewhere\.example>.*status=sent/)
    await expect(createTransport({ ...rig.endpoints.smtp, tls }).sendMail(outside)).rejects.toThrow(/454|554/)

    const pop3 = new Pop3Command({ ...rig.endpoints.pop3, user: jim.user, password: jim.password })
    expect(await pop3.RETR(1)).toContain('Subject: By submission')
    await pop3.QUIT()
    const down = await mailrig('down', 'stock-clients')
    expect(down.code, down.stderr).toBe(0)
    expect(await following.outcome, 'the log ends with the rig').toMatchObject({ code: 0, stderr: '' })
  } finally {
    // Only where something above has failed is there still a rig.
    await mailrig('down', 'stock-clients')
  }
  for (const command of [['logs'], ['queue'], ['trace', 'a@b.example', '--name']]) {
    const { code, stderr } = await mailrig(...command, 'stock-clients')
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no rig named "stock-clients" is up') })
  }
  const { stdout } = await mailrig('doctor', '--json')
  // Other tests keep rigs as well.
  expect(JSON.parse(stdout).rigs).not.toContainEqual(expect.objectContaining({ name: 'stock-clients' }))
})

it('up --all gives a rig for each server, as one JSON document', async () => {
  const names = ['matrix-postfix-bookworm', 'matrix-exim-bookworm']
  const up = await mailrig(
    'up',
    '--all',
    '--mta',
    'postfix,exim',
    '--release',
    'bookworm',
    '--name',
    'matrix',
    '--json',
  )
  try {
    expect(up.code, up.stderr).toBe(0)
    const rigs = JSON.parse(up.stdout)
    expect(rigs).toMatchObject([
      { name: names[0], mta: { name: 'postfix', release: 'bookworm' } },
      { name: names[1], mta: { name: 'exim', release: 'bookworm' } },
    ])
    for (const { endpoints, accounts } of rigs) {
      const [jim] = accounts
      const message = { from: 'marc@client.example', to: jim.address, subject: 'To each', text: 'Hello\n' }
      await createTransport({ ...endpoints.smtp, tls: { rejectUnauthorized: false } }).sendMail(message)
    }
    const again = await mailrig('up', '--all', '--mta', 'sendmail,exim', '--release', 'bookworm', '--name', 'matrix')
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain('a rig named "matrix-exim-bookworm" is up already')
  } finally {
    const down = await mailrig('down', ...names)
    expect(down.code, down.stderr).toBe(0)
  }
  const { stdout } = await mailrig('doctor', '--json')
  for (const name of names) expect(JSON.parse(stdout).rigs).not.toContainEqual(expect.objectContaining({ name }))
})

it('up --all keeps none where one does not come up, and says which', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  try {
    const file = join(folder, 'topology.json')
    const native = { postfix: { 'master.cf': ['nonsense'] } }
    await writeFile(file, JSON.stringify({ domains: { 'example.com': { mailboxes: ['jim'] } }, native }))
    const up = await mailrig('up', file, '--all', '--mta', 'postfix,exim', '--release', 'bookworm', '--name', 'none')
    expect(up).toMatchObject({ code: 2, stdout: '' })
    expect(up.stderr).toMatch(/master\.cf: line \d+: bad field count/)
    const { stdout } = await mailrig('doctor', '--json')
    expect(JSON.parse(stdout).rigs).not.toContainEqual(expect.objectContaining({ name: 'none-exim-bookworm' }))
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('up --all says what a server cannot do, and starts the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  const command = (...args: string[]) =>
    mailrig('up', join(folder, 'topology.json'), '--all', '--name', 'some', ...args)
  try {
    const topology = { domains: { 'example.com': { mailboxes: ['jim'] } }, recipientDelimiter: '-' }
    await writeFile(join(folder, 'topology.json'), JSON.stringify(topology))
    const up = await command('--mta', 'postfix,sendmail', '--release', 'bookworm', '--json')
    expect(up.code, up.stderr).toBe(0)
    const reason = expect.stringMatching(/^sendmail separates user and detail by "\+" only/)
    expect(JSON.parse(up.stdout)).toEqual([
      expect.objectContaining({ name: 'some-postfix-bookworm', endpoints: expect.anything() }),
      { name: 'some-sendmail-bookworm', mta: { name: 'sendmail', release: 'bookworm' }, unsupported: reason },
    ])
    expect(await mailrig('down', 'some-sendmail-bookworm')).toMatchObject({ code: 2 })
    // Where no server is left, there is nothing to use.
    expect(await command('--mta', 'sendmail', '--release', 'bookworm')).toMatchObject({ code: 2, stdout: '' })
  } finally {
    const down = await mailrig('down', 'some-postfix-bookworm')
    expect(down.code, down.stderr).toBe(0)
    await rm(folder, { recursive: true })
  }
})

it('an interrupted up leaves nothing', async () => {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const kept = async () => {
    const filters = { label: [`${LABEL.keep}=interrupted`] }
    const containers = await engine.docker.listContainers({ all: true, filters })
    const networks = await engine.docker.listNetworks({ filters })
    return containers.length + networks.length
  }
  const up = start(process.execPath, [MAILRIG, 'up', '--name', 'interrupted'])
  await up.said('starting postfix')
  await expect.poll(kept, { timeout: patience(20_000), interval: 20 }).toBeGreaterThan(0)
  up.child.kill('SIGINT')
  expect(await up.outcome).toMatchObject({ code: 130, stdout: '' })
  expect(await kept()).toBe(0)
  expect((await mailrig('down', 'interrupted')).code).toBe(2)
})
