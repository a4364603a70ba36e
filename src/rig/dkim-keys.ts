import type { ZoneText } from '../dns/zone.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { type DkimKey, dkimKey } from '../mail-auth/dkim-key.ts'
import type { Topology } from '../topology/topology.ts'

/** Keys of this process: making one takes a tenth of a second, and it is nobody's secret. */
const made = new Map<string, DkimKey>()

/** The key that a topology declares for a domain, or the first one. @throws {InputError} DKIM_KEY */
export function keyOf({ dkim }: Topology, domain = Object.keys(dkim)[0] ?? ''): DkimKey {
  const settings = dkim[domain]
  if (settings === undefined) {
    const known = Object.keys(dkim)
    const what = known.length === 0 ? 'the topology declares none' : `there is one for ${known.join(', ')}`
    throw new InputError(`there is no DKIM key for ${JSON.stringify(domain)}: ${what}`, {
      code: 'DKIM_KEY',
      remedy: "Declare it: dkim: ['sender.example'] in the topology.",
    })
  }
  const { selector, algorithm } = settings
  const id = `${algorithm} ${selector} ${domain}`
  const key = made.get(id) ?? dkimKey({ domain, selector, algorithm })
  made.set(id, key)
  return key
}

/** What DNS says of the keys of a topology. */
export function keyRecords(topology: Topology): ZoneText[] {
  return Object.entries(topology.dkim)
    .filter(([, { published }]) => published !== false)
    .map(([domain, { published }]) => ({
      name: keyOf(topology, domain).name,
      text: published === 'another' ? anotherRecord() : keyOf(topology, domain).record,
    }))
}

/** The public half of a key that nobody signs with. */
let another: string | undefined

function anotherRecord(): string {
  another ??= dkimKey({ domain: 'nobody.invalid' }).record
  return another
}
