import type { Topology } from '../../topology/topology.ts'

/**
 * Who may authenticate, in the text form that db5.3_load(1) reads into /etc/sasldb2: one load for all, where
 * saslpasswd2(8) starts once for each. The key is user, realm and property, NUL between them; Cyrus SASL takes what
 * follows the `@` of a name for its realm, and the server's own name where there is none.
 */
export function sasldb(topology: Topology): string {
  const mailboxes = Object.entries(topology.domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).map(([name, { password }]) => ({ name, realm: domain, password })),
  )
  const accounts = Object.entries(topology.local?.accounts ?? {}).map(([name, { password }]) => ({
    name,
    realm: topology.host,
    password,
  }))
  const records = [...mailboxes, ...accounts].flatMap(({ name, realm, password }) => [
    ` ${hex(`${name}\0${realm}\0userPassword`)}`,
    ` ${hex(password)}`,
  ])
  return ['VERSION=3', 'format=bytevalue', 'type=hash', 'HEADER=END', ...records, 'DATA=END', ''].join('\n')
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}
