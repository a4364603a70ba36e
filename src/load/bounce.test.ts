import { expect, it } from 'vitest'
import { readBounce } from './bounce.ts'

const report = (action: string) =>
  Buffer.from(
    [
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      '',
      'Final-Recipient: rfc822; jim@example.com',
      `Action: ${action}`,
      'Status: 5.1.1',
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Message-ID: <1@load>',
      '',
      '--b--',
      '',
    ].join('\r\n'),
  )

it('reads a report, and takes a delay for none', async () => {
  expect(await readBounce(report('failed'))).toEqual({ messageIds: ['1@load'], failed: ['jim@example.com'] })
  expect(await readBounce(report('delayed'))).toBeUndefined()
})

it("reads a bounce in words, as OpenSMTPD's, and takes its warning for none", async () => {
  const text = (subject: string) =>
    Buffer.from(`Subject: ${subject}\r\nMessage-ID: <own@mx>\r\n\r\nSorry.\r\n\r\nMessage-ID: <1@load>\r\n\r\n`)
  expect(await readBounce(text('Delivery status notification: error'))).toEqual({
    messageIds: ['own@mx', '1@load'],
    failed: undefined,
  })
  expect(await readBounce(text('Delivery status notification: warning'))).toBeUndefined()
})
