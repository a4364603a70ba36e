import type { Check } from 'mailrig/check'
import { firstLine, nameOf, offered, secured, TLS_SETTINGS } from './tls-services.ts'

/** How long before its end a certificate is called old. */
const DAYS_LEFT = 14

export default [
  {
    id: 'certificate-has-the-name',
    title: 'Each certificate has the name that clients connect to',
    reason:
      'Mail programs compare the name with the one in their settings, and refuse another. Copied configurations often bring the old name along.',
    source: 'RFC 9525 6; RFC 7817 3',
    severity: 'fault',
    settings: TLS_SETTINGS,
    async run(t) {
      let seen = 0
      for (const service of offered(t)) {
        const state = await secured(t, service).catch((error) => t.unsure(`${service}: ${firstLine(error)}`))
        if (!state) continue
        seen += 1
        const name = nameOf(t, service)
        const names = namesIn(state.certificate.subjectaltname, state.certificate.subject?.CN)
        if (!names.some((one) => covers(one, name)))
          t.fault(`the certificate of ${service} has the name ${name}`, `it has ${names.join(', ') || 'none'}`)
      }
      if (seen === 0) t.doesNotApply('no service offers TLS')
    },
  },
  {
    id: 'certificate-is-in-time',
    title: `Each certificate is valid now, and for ${DAYS_LEFT} days more`,
    reason:
      'An expired certificate stops all mail programs at once. It happens where the renewal works and the server is not reloaded.',
    source: 'RFC 5280 4.1.2.5',
    severity: 'fault',
    settings: TLS_SETTINGS,
    async run(t) {
      let seen = 0
      for (const service of offered(t)) {
        const state = await secured(t, service).catch((error) => t.unsure(`${service}: ${firstLine(error)}`))
        if (!state) continue
        seen += 1
        const { valid_from: from, valid_to: to } = state.certificate
        const days = (Date.parse(to) - Date.now()) / 86_400_000
        if (Date.parse(from) > Date.now())
          t.fault(`the certificate of ${service} is valid already`, `it is from ${from} on`)
        if (days < 0) t.fault(`the certificate of ${service} is valid`, `it ended ${to}`)
        if (days < DAYS_LEFT)
          t.fault(`the certificate of ${service} is valid for ${DAYS_LEFT} days more`, `it ends ${to}`, 'risk')
      }
      if (seen === 0) t.doesNotApply('no service offers TLS')
    },
  },
  {
    id: 'certificate-chain-is-whole',
    title: 'Each certificate is signed by the authority that clients know',
    reason:
      'Where the intermediate certificate is missing, some programs find it elsewhere and others refuse. The admin’s own program often works.',
    source: 'RFC 8446 4.4.2',
    severity: 'risk',
    settings: TLS_SETTINGS,
    async run(t) {
      const ca = t.subject.authority ?? t.unsure('the authority that signed its certificates is not known here')
      let seen = 0
      for (const service of offered(t)) {
        const servername = nameOf(t, service)
        const state = await secured(t, service, { ca, servername }).catch((error) =>
          t.fault(`the certificate of ${service} can be verified`, firstLine(error)),
        )
        if (state) seen += 1
      }
      if (seen === 0) t.doesNotApply('no service offers TLS')
    },
  },
] satisfies Check[]

function namesIn(alternatives = '', common: string | string[] = []): string[] {
  const names = [...alternatives.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name)
  return names.length > 0 ? names : [common].flat()
}

/** RFC 9525 §6.3: a wildcard is a whole label, the first. */
function covers(pattern: string, name: string): boolean {
  const wanted = name.toLowerCase()
  const given = pattern.toLowerCase()
  return given === wanted || (given.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === given.slice(1))
}
