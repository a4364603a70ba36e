import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { openImap } from '../src/mailbox/imap.ts'
import type { ExecResult } from '../src/servers/operation.ts'
import { DEFAULT_RELEASES } from '../src/servers/release.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { mailrig } from './run-command.ts'
import { AUTHORITY, buildClients, type StockClients, startClients, type UpDocument } from './stock-clients.ts'

const TOPOLOGY: TopologyInput = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  store: { tls: 'required', mechanisms: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'] },
}

beforeAll(buildClients)

it.each(DEFAULT_RELEASES)('clients that nobody here wrote read mail over TLS from a kept rig: %s', async (release) => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  const name = `clients-${release}`
  let clients: StockClients | undefined
  try {
    const file = join(folder, 'topology.json')
    await writeFile(file, JSON.stringify(TOPOLOGY))
    const up = await mailrig('up', file, '--release', release, '--name', name, '--json')
    expect(up.code, up.stderr).toBe(0)
    const rig: UpDocument = JSON.parse(up.stdout)
    expect(await readFile(rig.authorityFile, 'utf8')).toBe(rig.authority)
    clients = await startClients(rig)

    await send(clients, rig, 'For IMAP')
    // By the name of the certificate, and by the address that `up` prints.
    for (const host of [rig.store.host, rig.endpoints.imaps.host]) {
      const synced = await readByMbsync(clients, rig, host)
      expect(synced, synced.stderr).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Subject: For IMAP\n'),
      })
      await readByCurl(clients, rig, host)
    }
    expect(await readByMbsync(clients, rig, 'stranger.example')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('certificate owner does not match hostname stranger.example'),
    })
    await send(clients, rig, 'For POP3')
    await readByMpop(clients, rig)
    await refusedWithoutTheAuthority(clients, rig)
  } finally {
    await clients?.stop()
    const down = await mailrig('down', name)
    expect(down.code, down.stderr).toBe(0)
    await rm(folder, { recursive: true })
  }
})

/** msmtp, by submission with STARTTLS; and waits until the message is in the mailbox. */
async function send(clients: StockClients, rig: UpDocument, subject: string): Promise<void> {
  const [jim] = rig.accounts
  if (!jim) throw new Error('the rig has an account')
  const options = ['--tls=on', `--tls-trust-file=${AUTHORITY}`, '--auth=plain', `--user=${jim.user}`]
  const sent = await clients.run(
    [
      'msmtp',
      `--host=${rig.mta.host}`,
      `--port=${rig.endpoints.submission.port}`,
      ...options,
      `--passwordeval=echo ${jim.password}`,
      `--from=${jim.address}`,
      jim.address,
    ],
    { input: `From: ${jim.address}\nTo: ${jim.address}\nSubject: ${subject}\n\nHello\n` },
  )
  expect(sent).toMatchObject({ exitCode: 0, stderr: '' })
  const tls = { tls: 'implicit', ca: rig.authority, servername: rig.store.host } as const
  await using mailbox = await openImap({ ...rig.endpoints.imaps, ...tls, user: jim.user, password: jim.password })
  await mailbox.waitFor((message) => message.subject === subject)
}

/** isync's mbsync: a Maildir made of the mailbox by IMAP, with TLS from the first octet. */
async function readByMbsync(clients: StockClients, rig: UpDocument, host: string): Promise<ExecResult> {
  const [jim] = rig.accounts
  await clients.write(
    '/root/.mbsyncrc',
    `IMAPAccount rig
Host ${host}
Port ${rig.endpoints.imaps.port}
User ${jim?.user}
Pass ${jim?.password}
SSLType IMAPS
CertificateFile ${AUTHORITY}

IMAPStore far
Account rig

MaildirStore near
Path /root/mail/
Inbox /root/mail/INBOX

Channel all
Far :far:
Near :near:
Create Near
`,
  )
  // Anew each time: what one host has brought is not another's.
  const sync = 'rm -rf /root/mail /root/.mbsync && mkdir /root/mail && mbsync all && cat /root/mail/INBOX/*/*'
  return clients.run(['sh', '-c', sync])
}

/** curl, by IMAP behind STARTTLS and by POP3 with TLS from the first octet. */
async function readByCurl(clients: StockClients, rig: UpDocument, host: string): Promise<void> {
  const { imap, pop3s } = rig.endpoints
  for (const url of [`imap://${host}:${imap.port}/INBOX;MAILINDEX=1`, `pop3s://${host}:${pop3s.port}/1`]) {
    const read = await clients.run([...curl(rig), '--ssl-reqd', '--cacert', AUTHORITY, url])
    expect(read, read.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Subject: For IMAP\r\n') })
  }
}

/** mpop, by POP3 behind STLS and with SCRAM; it takes the mail away. */
async function readByMpop(clients: StockClients, rig: UpDocument): Promise<void> {
  const [jim] = rig.accounts
  const mpop = [
    'mpop',
    `--host=${rig.store.host}`,
    `--port=${rig.endpoints.pop3.port}`,
    '--tls=on',
    '--tls-starttls=on',
    `--tls-trust-file=${AUTHORITY}`,
    '--auth=scram-sha-256',
    `--user=${jim?.user}`,
    `--passwordeval=echo ${jim?.password}`,
    '--delivery=mbox,/root/mbox',
    '--keep=off',
  ]
  const first = await clients.run(mpop)
  expect(first, first.stderr).toMatchObject({ exitCode: 0 })
  const { stdout } = await clients.run(['cat', '/root/mbox'])
  expect(stdout.match(/^Subject: For .*$/gm)).toEqual(['Subject: For IMAP', 'Subject: For POP3'])
  const left = `pop3s://${rig.store.host}:${rig.endpoints.pop3s.port}/`
  const list = await clients.run([...curl(rig), '--cacert', AUTHORITY, left])
  expect(list, list.stderr).toMatchObject({ exitCode: 0, stdout: '\r\n' })
}

/** curl's 60: the certificate could not be verified. */
async function refusedWithoutTheAuthority(clients: StockClients, rig: UpDocument): Promise<void> {
  const { port } = rig.endpoints.imaps
  const unknown = await clients.run([...curl(rig), `imaps://${rig.store.host}:${port}/`])
  expect(unknown.exitCode, unknown.stderr).toBe(60)
  const misnamed = await clients.run([...curl(rig), '--cacert', AUTHORITY, `imaps://stranger.example:${port}/`])
  expect(misnamed.exitCode, misnamed.stderr).toBe(60)
}

function curl(rig: UpDocument): string[] {
  const [jim] = rig.accounts
  return ['curl', '--silent', '--show-error', '--max-time', '20', '--user', `${jim?.user}:${jim?.password}`]
}
