import type { CertificateRequest } from '../tls/authority.ts'

/** The names a client on this host knows a recording proxy by, beside the name of the server behind it. */
export function namesOfProxy(host: string): CertificateRequest {
  return { names: [host, 'localhost'], addresses: ['127.0.0.1', '::1'] }
}
