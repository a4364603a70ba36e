import type { Topology } from '../topology/topology.ts'
import type { ServerFile } from './rendering.ts'

/** Whether procmail(1) delivers to any account. */
export function usesProcmail(local: Topology['local']): boolean {
  return Object.values(local?.accounts ?? {}).some(({ procmailrc }) => procmailrc !== undefined)
}

/** Each ~/.procmailrc, and the /etc/procmailrc that goes before them; none where nobody has one. */
export function procmailFiles(local: Topology['local']): ServerFile[] {
  if (local === undefined || !usesProcmail(local)) return []
  return [systemProcmailrc(local.mailboxFormat), ...accountProcmailrcs(local)]
}

/**
 * /etc/procmailrc, procmailrc(5). procmail waits whole seconds for a locked mailbox, eight unless told; a trailing slash
 * makes its default a maildir.
 */
export function systemProcmailrc(format: 'mbox' | 'maildir'): ServerFile {
  const content = format === 'maildir' ? 'DROPPRIVS=yes\nDEFAULT=$HOME/Maildir/\n' : 'LOCKSLEEP=1\n'
  return { path: '/etc/procmailrc', content }
}

export function accountProcmailrcs(local: Topology['local']): ServerFile[] {
  return Object.entries(local?.accounts ?? {}).flatMap(([name, { procmailrc }]) =>
    procmailrc === undefined ? [] : [{ path: `/home/${name}/.procmailrc`, content: procmailrc }],
  )
}
