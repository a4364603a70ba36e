import { ImapFlow } from 'imapflow'
import Pop3Command from 'node-pop3'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { mailrig } from './run-command.ts'

it('up --json gives a rig that stock clients can use, and down ends it', async () => {
  const up = await mailrig('up', '--mta', 'postfix', '--release', 'trixie', '--name', 'stock-clients', '--json')
  try {
    expect(up.code, up.stderr).toBe(0)
    const rig = JSON.parse(up.stdout)
    expect(rig.mta).toEqual({ name: 'postfix', version: expect.stringMatching(/^3\.\d+/), release: 'trixie' })
    const endpoint = { host: expect.any(String), port: expect.any(Number) }
    expect(rig.endpoints).toEqual({ smtp: endpoint, submission: endpoint, imap: endpoint, pop3: endpoint })
    const [jim] = rig.accounts
    expect(jim).toEqual({ address: 'jim@example.com', user: 'jim@example.com', password: expect.any(String) })

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

    const pop3 = new Pop3Command({ ...rig.endpoints.pop3, user: jim.user, password: jim.password })
    expect(await pop3.RETR(1)).toContain('Subject: By submission')
    await pop3.QUIT()
  } finally {
    const down = await mailrig('down', 'stock-clients')
    expect(down.code, down.stderr).toBe(0)
  }
  const { stdout } = await mailrig('doctor', '--json')
  expect(JSON.parse(stdout).rigs).toEqual([])
})
