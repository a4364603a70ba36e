import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim'] } }, store: { tls: 'required', tlsMinimum: 'TLSv1.3' } },
  { covers: ['D4'] },
)

it('speaks no TLS older than the topology allows', async ({ mailbox }) => {
  const older = { tls: 'implicit', maxVersion: 'TLSv1.2' } as const
  await expect(mailbox('jim').imapSession(older)).rejects.toThrow(/Expected a TLS handshake/)
  await expect(mailbox('jim').pop3Session(older)).rejects.toThrow(/Expected a TLS handshake/)
  const { tls } = await mailbox('jim').imapSession({ tls: 'implicit' })
  expect(tls?.protocol).toBe('TLSv1.3')
})
