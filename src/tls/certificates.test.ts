import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Authority, createAuthority } from './authority.ts'
import { Certificates } from './certificates.ts'

let authority: Authority
let certificates: Certificates
beforeAll(async () => {
  authority = await createAuthority()
  certificates = new Certificates(authority)
})

/** What holds of a certificate for mx.example.com. */
function judge(pem: string) {
  const certificate = new X509Certificate(pem)
  return {
    name: certificate.checkHost('mx.example.com') !== undefined,
    authority:
      certificate.checkIssued(new X509Certificate(authority.certificate)) &&
      certificate.verify(new X509Certificate(authority.certificate).publicKey),
    date: new Date(certificate.validTo) > new Date(),
  }
}

describe('Certificates', () => {
  it('makes one for a name, once', async () => {
    const first = await certificates.of('mx.example.com')
    expect(judge(first.certificate)).toEqual({ name: true, authority: true, date: true })
    expect(await certificates.of('mx.example.com')).toBe(first)
  })

  it.each([
    ['other-name', { name: false, authority: true, date: true }],
    ['other-authority', { name: true, authority: false, date: true }],
    ['expired', { name: true, authority: true, date: false }],
  ] as const)('makes one that is wrong in nothing but this: %s', async (flaw, expected) => {
    expect(judge((await certificates.flawed('mx.example.com', flaw)).certificate)).toEqual(expected)
  })
})
