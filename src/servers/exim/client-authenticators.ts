import type { HopAuth } from '../../topology/hop-schema.ts'
import { hopsOf } from '../../topology/hops.ts'
import type { RenderContext } from '../rendering.ts'
import { driver, type EximOption, literal } from './config-text.ts'

/** Where a hop names no mechanism: the first of these that it offers. */
const BY_PREFERENCE = ['CRAM-MD5', 'PLAIN', 'LOGIN'] as const

/** The logins at next hops (Exim specification §33, client options), each for its host alone. */
export function clientAuthenticators({ topology, addresses }: RenderContext): string[] {
  const logins = new Map<string, HopAuth>()
  for (const { upstream, auth } of hopsOf(topology)) if (auth) logins.set(upstream, auth)
  return [...logins].flatMap(([upstream, auth]) => {
    const host = addresses.upstreams[upstream]?.host ?? ''
    const mechanisms = auth.mechanism === undefined ? BY_PREFERENCE : [auth.mechanism]
    return mechanisms.map((mechanism) =>
      driver(`${upstream.replaceAll('-', '_')}_${mechanism.toLowerCase().replaceAll('-', '_')}`, [
        ...optionsOf(mechanism, auth),
        ['public_name', mechanism],
        ['client_condition', `\${if eq{$host}{${host}}}`],
      ]),
    )
  })
}

function optionsOf(mechanism: (typeof BY_PREFERENCE)[number], { user, password }: HopAuth): EximOption[] {
  switch (mechanism) {
    case 'CRAM-MD5':
      return [
        ['driver', 'cram_md5'],
        ['client_name', literal(user)],
        ['client_secret', literal(password)],
      ]
    case 'PLAIN':
      // A circumflex is NUL; two are one.
      return [
        ['driver', 'plaintext'],
        ['client_send', item(`^${user.replaceAll('^', '^^')}^${password.replaceAll('^', '^^')}`)],
      ]
    case 'LOGIN':
      return [
        ['driver', 'plaintext'],
        ['client_send', `: ${item(user.replaceAll('^', '^^'))} : ${item(password.replaceAll('^', '^^'))}`],
      ]
  }
}

function item(text: string): string {
  return literal(text).replaceAll(':', '::')
}
