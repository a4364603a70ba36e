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

  it('makes one for all that the clients of a kept rig call its server, the common name included', async () => {
    const known = ['198.18.7.11', '198.19.7.11', 'docker.example'] as const
    const issued = await certificates.of('store.rig.test', [...known])
    const certificate = new X509Certificate(issued.certificate)
    for (const name of ['store.rig.test', 'docker.example']) expect(certificate.checkHost(name)).toBe(name)
    for (const address of known.slice(0, 2)) expect(certificate.checkIP(address)).toBe(address)
    expect(certificate.checkIP('198.18.7.12')).toBeUndefined()
    expect(certificate.subject).toBe('CN=198.18.7.11')
  })

  it.each([
    ['other-name', { name: false, authority: true, date: true }],
    ['other-authority', { name: true, authority: false, date: true }],
    ['expired', { name: true, authority: true, date: false }],
  ] as const)('makes one that is wrong in nothing but this: %s', async (flaw, expected) => {
    expect(judge((await certificates.flawed('mx.example.com', flaw)).certificate)).toEqual(expected)
  })
})
