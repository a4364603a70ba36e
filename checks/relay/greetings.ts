import type { Check } from 'mailrig/check'
import { elsewhereBy, RELAY_SETTINGS, relaysNone } from './relays-none.ts'

export default {
  id: 'relay-refused-own-helo',
  title: 'A stranger cannot relay by greeting with the server’s own name',
  reason:
    'The name in EHLO is what the client likes to say. A rule that trusts the own name, or localhost, is an open relay.',
  source: 'RFC 5321 4.1.4',
  severity: 'fault',
  settings: RELAY_SETTINGS,
  async run(t) {
    for (const helo of [t.facts.host, 'localhost', '[127.0.0.1]'])
      await relaysNone(t, [{ to: elsewhereBy(t, '@') }], helo)
  },
} satisfies Check
