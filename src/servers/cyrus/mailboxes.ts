import type { Topology } from '../../topology/topology.ts'

/** What the entry point makes one mailbox of. */
interface MailboxToMake {
  localPart: string
  domain: string
  password: string
  /** Resources as IMAP names them (RFC 9208), `STORAGE` in units of 1024 octets. */
  quota: Record<string, number>
  sieve?: string
  /** Beside INBOX. */
  folders?: { name: string; specialUse?: string | undefined }[]
}

/** Names are folded to lower case, as Cyrus folds what a client sends (imapd.conf(5), username_tolower). */
export function mailboxesToMake({ domains, store }: Pick<Topology, 'domains' | 'store'>): MailboxToMake[] {
  const folders = Object.entries(store.folders).map(([name, { specialUse }]) => ({ name, specialUse }))
  return Object.entries(domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).map(([localPart, { password, quota, sieve }]) => ({
      localPart: localPart.toLowerCase(),
      domain,
      password,
      quota: {
        ...(quota?.storage === undefined ? {} : { STORAGE: quota.storage / 1024 }),
        ...(quota?.messages === undefined ? {} : { MESSAGE: quota.messages }),
      },
      ...(sieve === undefined ? {} : { sieve }),
      ...(folders.length === 0 ? {} : { folders }),
    })),
  )
}
