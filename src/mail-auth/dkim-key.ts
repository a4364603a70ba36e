import { generateKeyPairSync } from 'node:crypto'
import { InputError } from '../errors/mailrig-error.ts'
import { dkimRecord } from './dkim-record.ts'

/** A key that signs for a domain, and what DNS says of it. */
export interface DkimKey {
  domain: string
  selector: string
  /** PEM. */
  privateKey: string
  /** Where the public half is looked for: `selector._domainkey.domain`. */
  name: string
  /** The TXT record there (RFC 6376 §3.6.1). */
  record: string
  /** The same for the `internet` of a topology: `internet: { ...key.internet }`. */
  internet: Record<string, { mx: []; txt: string[] }>
}

export interface DkimKeyOptions {
  domain: string
  /** Default `mailrig`. */
  selector?: string
  /** Default `rsa`, with 2048 bits. */
  algorithm?: 'rsa' | 'ed25519'
  /** PEM. Default: a new one. */
  privateKey?: string
}

/**
 * A key to sign messages with by DKIM (RFC 6376, RFC 8463) and to seal them with by ARC (RFC 8617).
 *
 * @throws {InputError} DKIM_KEY where `privateKey` is none
 * @example
 * const key = dkimKey({ domain: 'sender.example' })
 * const it = rig({ domains: { … }, internet: { ...key.internet } })
 */
export function dkimKey(options: DkimKeyOptions): DkimKey {
  const { domain, selector = 'mailrig', algorithm = 'rsa' } = options
  const privateKey = options.privateKey ?? newKey(algorithm)
  const name = `${selector}._domainkey.${domain}`
  let record: string
  try {
    record = dkimRecord(privateKey)
  } catch (error) {
    throw new InputError(`the key of ${name} is no private key: ${error instanceof Error ? error.message : error}`, {
      code: 'DKIM_KEY',
      remedy: 'Give a private key in PEM, RSA or Ed25519, or leave `privateKey` out for a new one.',
    })
  }
  return { domain, selector, privateKey, name, record, internet: { [name]: { mx: [], txt: [record] } } }
}

function newKey(algorithm: 'rsa' | 'ed25519'): string {
  const { privateKey } =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
