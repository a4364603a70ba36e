import type { Topology } from '../../topology/topology.ts'
import { ownNames } from '../own-names.ts'
import type { Parameters } from './parameters.ts'
import { PATHS } from './paths.ts'
import type { Table } from './table.ts'

/** What strangers have to say in HELO. smtpd(8) asks at RCPT (smtpd_delay_reject), so it knows who has logged in. */
export function heloParameters({ heloChecks }: Topology): Parameters {
  if (heloChecks.length === 0) return {}
  const checks = {
    fqdn: ['reject_invalid_helo_hostname', 'reject_non_fqdn_helo_hostname'],
    resolvable: ['reject_unknown_helo_hostname'],
    'not-ours': [`check_helo_access hash:${PATHS.heloAccess}`],
  }
  return {
    smtpd_helo_required: 'yes',
    smtpd_helo_restrictions: [
      'permit_mynetworks',
      'permit_sasl_authenticated',
      ...heloChecks.flatMap((check) => checks[check]),
    ].join(', '),
  }
}

/** access(5): names of our own. */
export function heloTable(topology: Topology): Table {
  if (!topology.heloChecks.includes('not-ours')) return {}
  return Object.fromEntries(ownNames(topology).map((name) => [name, '550 5.7.1 that is my own name']))
}
