import type { Check } from 'mailrig/check'
import { firstLine, offered, secured } from './tls-services.ts'

const VERSION_SETTINGS = {
  postfix: ['smtpd_tls_mandatory_protocols', 'smtpd_tls_protocols'],
  exim: ['openssl_options', 'tls_require_ciphers'],
  sendmail: ['confSERVER_SSL_OPTIONS', 'confCIPHER_LIST'],
  dovecot: ['ssl_min_protocol'],
} as const

export default [
  {
    id: 'tls-1.1-is-refused',
    title: 'TLS 1.0 and 1.1 are refused where people log in',
    reason: 'Both are broken and must not be used. Programs that know no other are older than ten years.',
    source: 'RFC 8996 4, 5; RFC 8314 4.1',
    severity: 'risk',
    settings: VERSION_SETTINGS,
    async run(t) {
      const services = offered(t).filter((service) => service !== 'smtp')
      if (services.length === 0) t.doesNotApply('no service for logins offers TLS')
      // The weakest ciphers, so that a refusal is one of the version.
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
      for (const service of services) {
        const state = await secured(t, service, old).catch(() => undefined)
        if (state) t.fault(`${service} refuses a handshake of TLS 1.1 and older`, `${state.protocol} ${state.cipher}`)
      }
    },
  },
  {
    id: 'tls-1.2-is-spoken',
    title: 'TLS 1.2 or newer is spoken, with a usual cipher',
    reason: 'A list of ciphers may have been written long ago. It then has none in common with programs of today.',
    source: 'RFC 9325 3.1.1, 4.2',
    severity: 'fault',
    settings: VERSION_SETTINGS,
    async run(t) {
      let seen = 0
      for (const service of offered(t)) {
        const state = await secured(t, service, { minVersion: 'TLSv1.2' }).catch((error) =>
          t.fault(`${service} speaks TLS 1.2 or newer`, firstLine(error)),
        )
        if (state) seen += 1
      }
      if (seen === 0) t.doesNotApply('no service offers TLS')
    },
  },
] satisfies Check[]
