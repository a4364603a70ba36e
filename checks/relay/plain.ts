import type { Check } from 'mailrig/check'
import { elsewhereBy, RELAY_SETTINGS, relaysNone } from './relays-none.ts'

export default {
  id: 'relay-refused',
  title: 'A stranger’s mail for another domain is refused',
  reason:
    'An open relay sends spam for anybody within hours. Its address is then blocked, and mail of its users with it.',
  source: 'RFC 2505 2.1; RFC 5321 7.9',
  severity: 'fault',
  settings: RELAY_SETTINGS,
  run: (t) => relaysNone(t, [{ to: elsewhereBy(t, '@') }]),
} satisfies Check
