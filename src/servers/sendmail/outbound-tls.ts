import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { HopTls } from '../../topology/hop-schema.ts'
import { hopsOf } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'

/**
 * Entries of the access table that say how each upstream is to be reached: `Try_TLS` whether STARTTLS is used at all,
 * `TLS_Srv` what has to come of it. By address, which sendmail looks up after the name; 112 bits is what anything but a
 * broken cipher has.
 *
 * @throws {InputError} SENDMAIL_TLS_ADDRESS where upstreams that share an address are to be treated differently.
 * @see cf/README of sendmail, "STARTTLS"
 */
export function outboundTlsEntries(topology: Topology, { upstreams }: RigAddresses): [string, string][] {
  const entries = new Map<string, [string, string]>()
  for (const [name, { address, host }] of Object.entries(upstreams)) {
    const entry = entryOf(levelOf(name, topology), address, host)
    const before = entries.get(address)
    if (before && before.join() !== entry.join()) {
      throw new UnsupportedError(
        `sendmail tells upstreams apart by address, and "${name}" shares ${address} with another`,
        {
          code: 'SENDMAIL_TLS_ADDRESS',
          remedy:
            'Give all upstreams the same TLS, or run where each has an address: as root, with an engine on this host.',
        },
      )
    }
    entries.set(address, entry)
  }
  return [...entries.values()].filter(([key]) => key !== '')
}

function levelOf(upstream: string, topology: Topology): HopTls {
  return hopsOf(topology).find((hop) => hop.upstream === upstream)?.tls ?? topology.outboundTls
}

function entryOf(level: HopTls, address: string, host: string): [string, string] {
  switch (level) {
    case 'none':
      return [`Try_TLS:${address}`, 'NO']
    case 'opportunistic':
      return ['', '']
    case 'required':
      return [`TLS_Srv:${address}`, 'ENCR:112']
    case 'verified':
      return [`TLS_Srv:${address}`, `VERIFY:112+CN:${host}`]
    case 'implicit':
    case 'implicit-verified':
      throw new UnsupportedError('sendmail begins TLS by STARTTLS alone when it is the client', {
        code: 'SENDMAIL_IMPLICIT_TLS',
        remedy: 'Reach the next hop by STARTTLS on port 587, or leave sendmail out of the matrix for this topology.',
      })
  }
}
