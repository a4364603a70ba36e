import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { Topology } from '../../topology/topology.ts'
import { lacks } from './lacks.ts'

/** What a mailbox name may be made of (Cyrus IMAP, lib/imap_charset and mboxname.c, GOODCHARS), and no "+", "/". */
const NAME = /^[A-Za-z0-9 ,.:=@_~'-]+$/

/** @throws {UnsupportedError} where the topology asks for what Cyrus cannot do. */
export function refuse(topology: Topology): void {
  for (const [asked, place, reason] of limits(topology)) {
    if (!asked) continue
    throw new UnsupportedError(`${place}: ${reason}`, {
      code: 'CYRUS_CANNOT',
      remedy: 'Leave it out, or run this on Dovecot.',
    })
  }
}

function limits(topology: Topology): [asked: boolean, place: string, reason: string][] {
  const { store, accounts, domains, native, recipientDelimiter } = topology
  const mailboxes = Object.values(domains).flatMap((domain) => Object.entries(domain.mailboxes))
  const quotas = mailboxes.flatMap(([, { quota }]) => (quota ? [quota] : []))
  return [
    [accounts !== 'files', 'accounts', 'the Cyrus of this rig has its users in files of its own (sasldb)'],
    [
      store.localAccounts,
      'store.localAccounts',
      'Cyrus keeps mail in a format of its own, and reads no spool of an MTA',
    ],
    [store.mailboxFormat !== 'maildir', 'store.mailboxFormat', String(lacks['open-mailbox-format'])],
    [native.dovecot !== undefined, 'native.dovecot', 'the store is Cyrus'],
    [
      recipientDelimiter !== undefined && recipientDelimiter !== '+',
      'recipientDelimiter',
      'Cyrus separates user and detail by "+" only',
    ],
    [
      mailboxes.some(([localPart]) => !NAME.test(localPart)),
      'domains',
      'Cyrus has characters that cannot be in the name of a mailbox, "+" and "/" among them',
    ],
    [
      quotas.some(({ storage }) => storage !== undefined && storage % 1024 !== 0),
      'quota.storage',
      'Cyrus counts storage in units of 1024 octets (RFC 9208)',
    ],
    [
      new Set(quotas.map(({ full }) => full)).size > 1,
      'quota.full',
      'Cyrus has one setting for all mailboxes (lmtp_over_quota_perm_failure)',
    ],
  ]
}
