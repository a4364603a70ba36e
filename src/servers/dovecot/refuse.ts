import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { RenderContext } from '../rendering.ts'
import { dovecotOf } from './releases.ts'

/** @throws {UnsupportedError} where the topology asks for what the Dovecot of this release cannot do. */
export function refuse({ topology, release }: RenderContext): void {
  if (topology.store.tlsMinimum !== 'TLSv1.3' || dovecotOf(release).leastTls13) return
  throw new UnsupportedError(
    `store.tlsMinimum: the Dovecot of Debian ${release} does not know "TLSv1.3" as the least that TLS may be`,
    { code: 'DOVECOT_TLS_MINIMUM', remedy: 'Use "TLSv1.2", or a newer release.' },
  )
}
