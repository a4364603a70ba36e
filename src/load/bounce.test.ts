import { expect, it } from 'vitest'
import { readBounce } from './bounce.ts'

const report = (action: string, ...more: string[]) =>
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
      ...more,
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
  expect(await readBounce(report('failed'))).toEqual({
    messageIds: ['1@load'],
    failed: ['jim@example.com'],
    why: '5.1.1',
  })
  const diagnostic = ['Diagnostic-Code: smtp; 550 5.1.1', '  unknown user']
  expect(await readBounce(report('failed', ...diagnostic))).toMatchObject({ why: '550 5.1.1 unknown user' })
  const inWords = Buffer.concat([
    report('failed'),
    Buffer.from('  jim@example.com\r\n    nobody is there\r\n    now\r\n\r\n'),
  ])
  expect(await readBounce(inWords)).toMatchObject({ why: 'nobody is there now' })
  expect(await readBounce(report('delayed'))).toBeUndefined()
})

it("reads a bounce in words, as OpenSMTPD's, and takes its warning for none", async () => {
  const text = (subject: string) =>
    Buffer.from(
      `Subject: ${subject}\r\nMessage-ID: <own@mx>\r\n\r\nSorry.\r\n\r\njim@example.com: 550 5.1.1 unknown user\r\n\r\nMessage-ID: <1@load>\r\n\r\n`,
    )
  expect(await readBounce(text('Delivery status notification: error'))).toEqual({
    messageIds: ['own@mx', '1@load'],
    failed: undefined,
    why: '550 5.1.1 unknown user',
  })
  expect(await readBounce(text('Delivery status notification: warning'))).toBeUndefined()
})
