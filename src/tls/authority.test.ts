import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Authority, type CertificateRequest, createAuthority } from './authority.ts'

/** Connects as `servername`, trusting `trusted` only: the TLS protocol version, or the code of the refusal. */
async function handshake(
  request: CertificateRequest,
  options: { servername: string; trusted?: string },
): Promise<string> {
  const { certificate, key, authority: ca } = await authority.issue(request)
  const server = createServer({ cert: certificate, key })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    servername: options.servername,
    ca: options.trusted ?? ca,
  })
  try {
    await once(socket, 'secureConnect')
    return socket.getProtocol() ?? 'none'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
    server.close()
  }
}

let authority: Authority
beforeAll(async () => {
  authority = await createAuthority()
})

describe('createAuthority', () => {
  it('signs a certificate that a client who trusts the authority accepts', async () => {
    expect(await handshake({ names: ['mx.example.com'] }, { servername: 'mx.example.com' })).toBe('TLSv1.3')
  })

  it('makes the name count', async () => {
    expect(await handshake({ names: ['mx.example.com'] }, { servername: 'mx.example.org' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    )
  })

  it('makes the dates count', async () => {
    expect(await handshake({ names: ['mx.example.com'], expired: true }, { servername: 'mx.example.com' })).toBe(
      'CERT_HAS_EXPIRED',
    )
  })

  it('is a stranger to whoever trusts another authority', async () => {
    const other = await createAuthority()
    expect(
      await handshake({ names: ['mx.example.com'] }, { servername: 'mx.example.com', trusted: other.certificate }),
    ).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/)
  })

  it('names every host and address', async () => {
    const { certificate } = await authority.issue({
      names: ['mx.example.com', 'store.rig.test'],
      addresses: ['198.18.0.2'],
    })
    const x509 = new X509Certificate(certificate)
    expect(x509.subjectAltName).toBe('DNS:mx.example.com, DNS:store.rig.test, IP Address:198.18.0.2')
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(x509.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect(x509.checkIssued(new X509Certificate(authority.certificate))).toBe(true)
  })
})
