import { InputError } from '../errors/mailrig-error.ts'
import type { RenderContext } from './rendering.ts'

/** @throws {InputError} STORE_MISSING where the topology has mailboxes, and there is no store to hand their mail to. */
export function requireStore({ topology, addresses }: Pick<RenderContext, 'topology' | 'addresses'>): void {
  if (Object.keys(topology.domains).length === 0 || addresses.store !== undefined) return
  throw new InputError('the topology has mailbox domains, but no mail store was given an address', {
    code: 'STORE_MISSING',
    remedy: 'Start a mail store with the rig, or declare the domains as virtual alias or local domains.',
  })
}
