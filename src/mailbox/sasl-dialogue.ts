import { type Credentials, saslClient } from '../session/sasl.ts'

export interface MailAccount {
  user: string
  password: string
}

/**
 * Answers each challenge of AUTHENTICATE (RFC 9051 §6.2.2) or of POP3's AUTH (RFC 5034), both sides in base64. Without
 * an initial response, an empty challenge asks for what the client begins with.
 *
 * @throws {SaslError} from the answer, where the server's part of the mechanism is wrong
 */
export function saslAnswers(credentials: Credentials): (challenge: string) => string {
  const client = saslClient(credentials)
  let { initial } = client
  return (challenge) => {
    const answer = initial ?? client.respond(Buffer.from(challenge, 'base64'))
    initial = undefined
    return answer.toString('base64')
  }
}
