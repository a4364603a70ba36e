import type { Topology } from '../topology/topology.ts'
import type { RigAddresses } from './addresses.ts'

interface Asking {
  topology: Pick<Topology, 'internet'>
  addresses: Pick<RigAddresses, 'dns'>
}

/**
 * What docker/init/init.pl makes resolv.conf(5) of: the rig's own resolver, and how long it is waited for.
 *
 * It is never away, so it is waited for as long as its machine may be slow. Only where the topology has names that are not
 * answered, a test is about what comes then, and waits for that.
 */
export function resolverEnvironment({ topology, addresses }: Asking) {
  return { MAILRIG_DNS: addresses.dns, MAILRIG_DNS_OPTIONS: hasSilence(topology) ? BRIEF : PATIENT }
}

/** In seconds, for each of two attempts: a name without an answer is given up after two seconds. */
const BRIEF = 'timeout:1 attempts:2'
/** 30 s is the most that the C library takes. */
const PATIENT = 'timeout:30 attempts:2'

function hasSilence({ internet }: Asking['topology']): boolean {
  return Object.values(internet).some(({ timeout }) => timeout !== undefined)
}
