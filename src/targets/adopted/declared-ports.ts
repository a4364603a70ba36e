import { sectionsOf, settingsOf } from './dovecot-text.ts'
import { inetOf, type PostfixSettings } from './settings.ts'
import { formatPlace } from './source-tree.ts'
import type { Survey } from './survey.ts'

export interface DeclaredPort {
  port: number
  /** Whose port it is, e.g. `postfix smtpd`, `dovecot imap-login`. */
  server: string
  from: string
}

/** Dovecot's own ports by protocol: the service, and the port without and with TLS from the first octet. */
const DOVECOT_PORTS: Record<string, { service: string; plain: number; tls?: number }> = {
  imap: { service: 'imap-login', plain: 143, tls: 993 },
  pop3: { service: 'pop3-login', plain: 110, tls: 995 },
  sieve: { service: 'managesieve-login', plain: 4190 },
  managesieve: { service: 'managesieve-login', plain: 4190 },
}

/** The services of type `inet` in master.cf. */
export function postfixPorts(survey: Survey, postfix: PostfixSettings | undefined): DeclaredPort[] {
  return (postfix?.services ?? []).flatMap((service) => {
    const inet = inetOf(service)
    if (!inet) return []
    const at = survey.master.find(({ name, type }) => name === service.name && type === service.type)?.at
    const from = at ? formatPlace(at) : '/etc/postfix/master.cf'
    return [{ port: inet.port, server: `postfix ${service.command}`, from }]
  })
}

/** The ports that Dovecot's settings say will listen. */
export function dovecotPorts({ dovecot, dovecotSettings }: Survey): DeclaredPort[] {
  if (!dovecot) return []
  const said = settingsOf(dovecotSettings, 'protocols').at(-1)
  const names = said?.value.replace(/\$\w+/g, '').split(/\s+/).filter(Boolean) ?? []
  const isTls = settingsOf(dovecotSettings, 'ssl').at(-1)?.value !== 'no'
  const listening = settingsOf(dovecotSettings, 'listen').at(-1)?.value
  if (listening === '') return []
  const found: DeclaredPort[] = []
  for (const name of new Set(names)) {
    const usual = DOVECOT_PORTS[name]
    if (!usual) continue
    const own = sectionsOf(dovecotSettings, `service ${usual.service}`).flatMap(({ settings }) => settings)
    for (const [port, listener, wanted] of [
      [usual.plain, name === 'sieve' || name === 'managesieve' ? 'sieve' : name, true],
      [usual.tls, `${name}s`, isTls],
    ] as const) {
      if (port === undefined || !wanted) continue
      const changed = own.findLast(
        ({ key, sections }) => key === 'port' && sections.includes(`inet_listener ${listener}`),
      )
      const number = changed === undefined ? port : Number(changed.value)
      if (number === 0) continue
      const at = changed?.at ?? said?.at ?? dovecot.at
      found.push({ port: number, server: `dovecot ${usual.service}`, from: formatPlace(at) })
    }
  }
  for (const { settings } of sectionsOf(dovecotSettings, 'service')) {
    for (const { key, value, sections, at } of settings) {
      const service = sections.find((one) => one.startsWith('service ')) ?? ''
      if (key !== 'port' || Number(value) === 0 || /-login$/.test(service)) continue
      found.push({ port: Number(value), server: `dovecot ${service.slice(8)}`, from: formatPlace(at) })
    }
  }
  return [...new Map(found.map((one) => [`${one.port}`, one])).values()]
}
