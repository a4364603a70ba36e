import { generate } from 'selfsigned'
import type { ServerCertificate } from './server-certificate.ts'

const DAY = 24 * 60 * 60 * 1000

export interface CertificateRequest {
  /** DNS names of the subjectAltName (RFC 5280 §4.2.1.6). At least one. */
  names: string[]
  /**
   * The subject's common name. Default: the first of `names`. Clients look at it where the subjectAltName does not help
   * them: isync 1.4 passes over addresses there.
   */
  commonName?: string
  /** IP addresses of the subjectAltName. */
  addresses?: string[]
  /** True: the certificate ran out yesterday. */
  expired?: boolean
}

/** A certificate authority that nobody trusts but the servers and clients of a rig. Its key never leaves the process. */
export interface Authority {
  /** The authority's own certificate, PEM. */
  certificate: string
  /** Signs a fresh EC P-256 key for a TLS server. */
  issue(request: CertificateRequest): Promise<ServerCertificate>
}

/** Makes an authority with a new EC P-256 key. A certificate costs some 40 ms the first time, so one a process is enough. */
export async function createAuthority(): Promise<Authority> {
  const now = Date.now()
  const ca = await generate([{ name: 'commonName', value: 'mailrig authority' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 30 * DAY),
    notAfterDate: new Date(now + 365 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })

  return {
    certificate: ca.cert,
    async issue({ names, commonName = names[0] ?? 'nameless', addresses = [], expired = false }) {
      const leaf = await generate([{ name: 'commonName', value: commonName }], {
        keyType: 'ec',
        curve: 'P-256',
        algorithm: 'sha256',
        // A server whose clock is a little behind must not find the certificate not yet valid.
        notBeforeDate: new Date(now - 10 * DAY),
        notAfterDate: new Date(expired ? Date.now() - DAY : now + 300 * DAY),
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: [
              ...names.map((value) => ({ type: 2 as const, value })),
              ...addresses.map((ip) => ({ type: 7 as const, ip })),
            ],
          },
        ],
      })
      return { certificate: leaf.cert, key: leaf.private, authority: ca.cert }
    },
  }
}
