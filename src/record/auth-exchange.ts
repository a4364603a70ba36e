import { createHmac } from 'node:crypto'
import type { Octets } from '../session-file/octets.ts'
import type { Auth } from '../session-file/statement.ts'

/** Who can log in where it was recorded. */
export interface Account {
  user: string
  password: string
}

/** What stands for a secret. */
export const MASK = '***'

/** AUTH up to its last reply, as it was said (RFC 4954 §4). Texts are octets, one character each. */
export interface AuthExchange {
  /** The command's line. */
  command: string
  /** What the client said to each 334. */
  responses: readonly string[]
  /** The text of each 334. */
  challenges: readonly string[]
}

/**
 * The exchange as one `auth` statement. A password stays where it is an account's own, which the topology tells anyhow;
 * every other one is masked, and fails again where it failed.
 *
 * @returns undefined for what the statement cannot say: another mechanism, an exchange that was broken off
 */
export function authStatement(
  exchange: AuthExchange,
  accounts: readonly Account[],
): Pick<Auth, 'mechanism' | 'user' | 'password'> | undefined {
  const [, mechanism = '', initial] = exchange.command.trim().split(/\s+/)
  const said = [...(initial === undefined ? [] : [initial]), ...exchange.responses]
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return said.length === 1 ? plain(decode(said[0]), accounts) : undefined
    case 'LOGIN':
      return said.length === 2 && exchange.challenges.length > 0
        ? known('LOGIN', decode(said[0]), decode(said[1]), accounts)
        : undefined
    case 'CRAM-MD5':
      return said.length === 1 ? cramMd5(decode(said[0]), decode(exchange.challenges[0]), accounts) : undefined
    default:
      return undefined
  }
}

/** RFC 4616: who to act as, who logs in, the password. */
function plain(message: string, accounts: readonly Account[]) {
  const [actAs, user, password, ...more] = message.split('\0')
  if (actAs !== '' || user === undefined || password === undefined || more.length > 0) return undefined
  return known('PLAIN', user, password, accounts)
}

function known(mechanism: 'PLAIN' | 'LOGIN', user: string, password: string, accounts: readonly Account[]) {
  const own = accounts.some((account) => account.user === user && account.password === password)
  return statement(mechanism, user, own ? password : MASK)
}

/** RFC 2195: the digest tells no password, but tells whether it was that of the account. */
function cramMd5(response: string, challenge: string, accounts: readonly Account[]) {
  const at = response.lastIndexOf(' ')
  if (at === -1) return undefined
  const user = response.slice(0, at)
  const account = accounts.find((one) => one.user === user)
  const digest = (password: string) =>
    createHmac('md5', password).update(Buffer.from(challenge, 'latin1')).digest('hex')
  const own = account !== undefined && digest(account.password) === response.slice(at + 1)
  return statement('CRAM-MD5', user, own ? account.password : MASK)
}

function statement(mechanism: Auth['mechanism'], user: string, password: string) {
  return { mechanism, user: octets(user), password: octets(password) }
}

function octets(text: string): Octets {
  return [text]
}

function decode(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
