import { describe, expect, it } from 'vitest'
import { sendmail } from './adapter.ts'

describe('sendmail', () => {
  it('reads the queue id from the reply to the end of DATA', () => {
    expect(sendmail.queueIdOf({ code: 250, text: '2.0.0 6AMBDxWN000046 Message accepted for delivery' })).toBe(
      '6AMBDxWN000046',
    )
    expect(sendmail.queueIdOf({ code: 552, text: '5.2.3 Message exceeds maximum fixed size (2000)' })).toBeUndefined()
    expect(sendmail.queueIdOf({ code: 250, text: '2.1.5 <jim@example.com>... Recipient ok' })).toBeUndefined()
  })

  it('reads the version', () => {
    expect(sendmail.version.parse('Version 8.17.1.9\n Compiled with: DNSMAP IPV6_FULL\n')).toBe('8.17.1.9')
  })

  it('gives a reason for what it lacks', () => {
    expect(sendmail.supports('recipient-verification', 'bookworm')).toBe(true)
    expect(sendmail.supports('sql-tables', 'trixie')).toMatch(/^sendmail has no map type for SQL databases/)
  })
})
