import type { Flaw } from '../tls/certificates.ts'

/** What an upstream can show: a certificate that is right, or one that is wrong in one way. */
export const CERTIFICATE_KINDS = ['good', 'other-name', 'other-authority', 'expired'] as const satisfies readonly (
  | 'good'
  | Flaw
)[]
export type CertificateKind = (typeof CERTIFICATE_KINDS)[number]
