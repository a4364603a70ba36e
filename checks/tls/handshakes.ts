import type { Check } from 'mailrig/check'
import { firstLine, secured, TLS_SERVICES, TLS_SETTINGS } from './tls-services.ts'

export default TLS_SERVICES.map(
  ({ service, port, begins, source }): Check => ({
    id: `tls-${service}`,
    title: `TLS works on ${service} (port ${port}, ${begins})`,
    reason:
      'A server may announce TLS although its key cannot be read; Postfix starts and says nothing. Clients then fail, or speak in clear text.',
    source,
    severity: 'fault',
    settings: TLS_SETTINGS,
    async run(t) {
      t.place(service)
      const state = await secured(t, service).catch((error) => t.fault('the TLS handshake succeeds', firstLine(error)))
      if (state === undefined) t.doesNotApply(`${service} offers no TLS`)
    },
  }),
)
