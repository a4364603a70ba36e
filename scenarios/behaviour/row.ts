/** One line said to a server, after others: a row of the behaviour table. */
export interface Row {
  name: string
  before?: string[]
  line: string
  /** The replies that are an answer to this at all; any other fails the test. */
  codes: RegExp
  /** What a standard asks for, where it asks for something. */
  asked?: Asked
}

export interface Asked {
  requirement: 'MUST' | 'SHOULD'
  section: string
  codes: RegExp
}

export function verdictOn(reply: { code: number }, asked: Asked | undefined) {
  if (!asked) return undefined
  const { requirement, section, codes } = asked
  return { requirement, section, holds: codes.test(String(reply.code)) }
}

export const MUST = (section: string, codes: RegExp): Asked => ({ requirement: 'MUST', section, codes })
export const SHOULD = (section: string, codes: RegExp): Asked => ({ requirement: 'SHOULD', section, codes })

export const EHLO = 'EHLO client.example'
export const MAIL = 'MAIL FROM:<marc@client.example>'
export const RCPT = 'RCPT TO:<jim@example.com>'
