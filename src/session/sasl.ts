import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { PASSWORD_MECHANISMS } from '../topology/mechanisms.ts'

export const MECHANISMS = [...PASSWORD_MECHANISMS, 'XOAUTH2'] as const
export type SaslMechanism = (typeof MECHANISMS)[number]

export interface Credentials {
  /** Default `PLAIN`. */
  mechanism?: SaslMechanism
  user: string
  /** The password; for XOAUTH2 the bearer token. */
  password: string
  /** For whom to act, if that is another user (RFC 4422 §3.4.1). PLAIN and SCRAM can say it. */
  authorizationId?: string
}

/** The client's half of an exchange (RFC 4422 §3). All octets are those before base64. */
export interface SaslClient {
  /** What may go with the command, where the client speaks first; without it the server does. */
  initial?: Buffer
  /** The answer to a challenge. @throws {SaslError} where the challenge is not what the mechanism has. */
  respond(challenge: Buffer): Buffer
}

/** The server's half of an exchange broke the rules of the mechanism, or could not prove that it knows the password. */
export class SaslError extends MailrigError {
  constructor(mechanism: string, expected: string, challenge: Buffer) {
    super(`${mechanism}: expected ${expected}, but the challenge was ${JSON.stringify(challenge.toString())}`, {
      code: 'SASL_CHALLENGE',
      remedy:
        'Look at the exchange in the transcript; the mechanism is at fault, or the server does not know the user.',
    })
  }
}

/** @throws {InputError} for a mechanism that is none of {@link MECHANISMS}. */
export function saslClient(credentials: Credentials): SaslClient {
  const { mechanism = 'PLAIN', user, password, authorizationId = '' } = credentials
  switch (mechanism) {
    case 'PLAIN': // RFC 4616
      return { initial: Buffer.from(`${authorizationId}\0${user}\0${password}`), respond: () => Buffer.alloc(0) }
    case 'LOGIN':
      return login(user, password)
    case 'CRAM-MD5': // RFC 2195
      return {
        respond: (challenge) => Buffer.from(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`),
      }
    case 'SCRAM-SHA-1':
      return scram({ mechanism, hash: 'sha1', user, password, authorizationId })
    case 'SCRAM-SHA-256':
      return scram({ mechanism, hash: 'sha256', user, password, authorizationId })
    case 'XOAUTH2':
      // The server explains a failure in a challenge, which has to be answered with nothing.
      return {
        initial: Buffer.from(`user=${user}\u0001auth=Bearer ${password}\u0001\u0001`),
        respond: () => Buffer.alloc(0),
      }
    default:
      throw new InputError(`there is no mechanism ${JSON.stringify(mechanism)}`, {
        code: 'UNKNOWN_MECHANISM',
        remedy: `Name one of ${MECHANISMS.join(', ')}; for any other, write the exchange with session.command.`,
      })
  }
}

/** LOGIN, of which no RFC tells: the user on the first challenge, the password on the second, whatever they say. */
function login(user: string, password: string): SaslClient {
  const answers = [user, password]
  return { respond: () => Buffer.from(answers.shift() ?? '') }
}

interface ScramOptions {
  mechanism: string
  hash: 'sha1' | 'sha256'
  user: string
  password: string
  authorizationId: string
  /** For tests: the client's nonce. */
  nonce?: string
}

/** SCRAM without channel binding (RFC 5802, RFC 7677). The server has to prove that it knows the password, too. */
export function scram(options: ScramOptions): SaslClient {
  const { mechanism, hash, user, password, authorizationId } = options
  const nonce = options.nonce ?? randomBytes(18).toString('base64')
  const header = `n,${authorizationId === '' ? '' : `a=${escapeName(authorizationId)}`},`
  const clientFirst = `n=${escapeName(user)},r=${nonce}`
  let serverSignature: Buffer | undefined

  return {
    initial: Buffer.from(header + clientFirst),
    respond(challenge) {
      const text = challenge.toString()
      if (serverSignature) {
        const proof = Buffer.from(/^v=([^,]+)/.exec(text)?.[1] ?? '', 'base64')
        const proven = proof.length === serverSignature.length && timingSafeEqual(proof, serverSignature)
        if (!proven) throw new SaslError(mechanism, 'the proof that the server knows the password', challenge)
        return Buffer.alloc(0)
      }
      const { r, s, i } = Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
      const iterations = Number(i)
      // The bound keeps a server from having this side compute for hours.
      if (!r?.startsWith(nonce) || r === nonce || !s || !(iterations > 0 && iterations <= 10_000_000)) {
        throw new SaslError(mechanism, 'r=…,s=…,i=… with a nonce that begins with the client’s', challenge)
      }
      const length = createHash(hash).digest().length
      const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(s, 'base64'), iterations, length, hash)
      const hmac = (key: Buffer, data: string) => createHmac(hash, key).update(data).digest()
      const clientKey = hmac(salted, 'Client Key')
      const storedKey = createHash(hash).update(clientKey).digest()
      const clientFinal = `c=${Buffer.from(header).toString('base64')},r=${r}`
      const authMessage = `${clientFirst},${text},${clientFinal}`
      const signature = hmac(storedKey, authMessage)
      serverSignature = hmac(hmac(salted, 'Server Key'), authMessage)
      const proof = clientKey.map((octet, index) => octet ^ (signature[index] ?? 0))
      return Buffer.from(`${clientFinal},p=${Buffer.from(proof).toString('base64')}`)
    },
  }
}

/** RFC 5802 §5.1, saslname. */
function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}
