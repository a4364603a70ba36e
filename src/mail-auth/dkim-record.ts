import { createPrivateKey, createPublicKey } from 'node:crypto'

/**
 * What DNS says of a DKIM key (RFC 6376 §3.6.1).
 *
 * @param privateKey PEM
 * @throws {Error} of node:crypto, where that is no private key
 */
export function dkimRecord(privateKey: string): string {
  const key = createPublicKey(createPrivateKey(privateKey))
  // An Ed25519 key is its last 32 octets alone (RFC 8463 §4).
  const der = key.export({ type: 'spki', format: 'der' })
  const [kind, octets] = key.asymmetricKeyType === 'ed25519' ? ['ed25519', der.subarray(-32)] : ['rsa', der]
  return `v=DKIM1; k=${kind}; p=${octets.toString('base64')}`
}
