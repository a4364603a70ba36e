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
    const services = ['smtp', 'submission', 'imap', 'pop3', 'imaps', 'pop3s']
    expect(rig.endpoints).toEqual(Object.fromEntries(services.map((service) => [service, endpoint])))
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
  expect(await up.outcome).toMatchObject({ code: null, signal: 'SIGINT', stdout: '' })
  await expect.poll(kept, { timeout: patience(30_000), interval: 50 }).toBe(0)
  expect((await mailrig('down', 'interrupted')).code).toBe(2)
})
