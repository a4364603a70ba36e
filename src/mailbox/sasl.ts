import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { MailrigError } from '../errors/mailrig-error.ts'

export interface MailAccount {
  user: string
  password: string
}

/** The mechanisms a client here speaks: RFC 4616, LOGIN (of which no RFC tells), RFC 2195, RFC 5802, RFC 7677. */
export type SaslMechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'SCRAM-SHA-1' | 'SCRAM-SHA-256'

/** Gives the answer to each challenge in turn. The first challenge of a mechanism where the client begins is empty. */
export type SaslClient = (challenge: Buffer) => Buffer

/** @param nonce of SCRAM; for tests alone */
export function saslClient(
  mechanism: SaslMechanism,
  account: MailAccount,
  nonce = randomBytes(18).toString('base64'),
): SaslClient {
  const { user, password } = account
  if (mechanism === 'PLAIN') return () => Buffer.from(`\0${user}\0${password}`)
  if (mechanism === 'LOGIN')
    return inTurn(
      () => Buffer.from(user),
      () => Buffer.from(password),
    )
  if (mechanism === 'CRAM-MD5') {
    return (challenge) => Buffer.from(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`)
  }
  return scram(mechanism === 'SCRAM-SHA-1' ? 'sha1' : 'sha256', account, nonce)
}

/** SCRAM without channel binding (RFC 5802 §3, §5). Names and passwords are taken as they are, without SASLprep. */
function scram(hash: 'sha1' | 'sha256', { user, password }: MailAccount, nonce: string): SaslClient {
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  let serverSignature: Buffer
  return inTurn(
    () => Buffer.from(`n,,${bare}`),
    (challenge) => {
      const { r = '', s = '', i = '' } = attributes(challenge)
      if (!r.startsWith(nonce)) throw wrong(`a nonce that begins with ${nonce}`, challenge)
      const salted = pbkdf2Sync(password, Buffer.from(s, 'base64'), Number(i), hash === 'sha1' ? 20 : 32, hash)
      const clientKey = hmac(salted, 'Client Key')
      const withoutProof = `c=biws,r=${r}`
      const authMessage = `${bare},${challenge},${withoutProof}`
      const signature = hmac(createHash(hash).update(clientKey).digest(), authMessage)
      serverSignature = hmac(hmac(salted, 'Server Key'), authMessage)
      const proof = Buffer.from(clientKey.map((octet, index) => octet ^ (signature[index] ?? 0)))
      return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`)
    },
    (challenge) => {
      const signature = Buffer.from(attributes(challenge).v ?? '', 'base64')
      if (signature.length !== serverSignature.length || !timingSafeEqual(signature, serverSignature)) {
        throw wrong('the signature of a server that knows the password', challenge)
      }
      return Buffer.alloc(0)
    },
  )
}

function attributes(message: Buffer): Record<string, string> {
  return Object.fromEntries(
    message
      .toString()
      .split(',')
      .map((attribute) => [attribute.slice(0, 1), attribute.slice(2)]),
  )
}

function inTurn(...steps: SaslClient[]): SaslClient {
  let next = 0
  return (challenge) => {
    const step = steps[next]
    next += 1
    if (!step) throw wrong(`at most ${steps.length} challenges`, challenge)
    return step(challenge)
  }
}

function wrong(expected: string, challenge: Buffer): MailrigError {
  return new MailrigError(`Expected ${expected}, but the server said: ${challenge}`, { code: 'SASL_CHALLENGE' })
}
