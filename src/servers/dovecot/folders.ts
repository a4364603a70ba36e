import type { Topology } from '../../topology/topology.ts'
import { MAIL_ROOT } from './users.ts'

type Store = Topology['store']

/** Where Dovecot notes who has shared something with whom. */
const SHARED = `${MAIL_ROOT}/shared-mailboxes`

/** The plugins of all protocols, and those of IMAP and LMTP beside. */
export function plugins({ sharing }: Store): Record<'all' | 'imap' | 'lmtp', string[]> {
  return {
    all: ['quota', ...(sharing ? ['acl'] : [])],
    imap: ['imap_quota', ...(sharing ? ['imap_acl'] : [])],
    lmtp: ['sieve'],
  }
}

/** The namespace of a user's own folders, in both languages. */
export function inbox({ folders, sharing }: Store): string {
  const mailboxes = Object.entries(folders).flatMap(([name, { specialUse }]) => [
    `  mailbox ${JSON.stringify(name)} {`,
    '    auto = subscribe',
    ...(specialUse === undefined ? [] : [`    special_use = \\${specialUse}`]),
    '  }',
  ])
  return ['namespace inbox {', '  inbox = yes', ...(sharing ? ['  separator = /'] : []), ...mailboxes, '}'].join('\n')
}

/** Folders of others and annotations, in the language of Dovecot 2.3. */
export function sharing23({ sharing, metadata }: Store): string {
  const shared = `\
${SHARED_NAMESPACE('prefix = shared/%%u/\n  location = maildir:%%h/Maildir')}
plugin {
  acl = vfile
  acl_shared_dict = file:${SHARED}
}
`
  const annotations = 'protocol imap {\n  imap_metadata = yes\n}\nmail_attribute_dict = file:%h/dovecot-attributes\n'
  return `${sharing ? shared : ''}${metadata ? annotations : ''}`
}

/** The same in the language of Dovecot 2.4. */
export function sharing24({ sharing, metadata }: Store): string {
  const shared = `\
${SHARED_NAMESPACE('prefix = shared/$user/\n  mail_driver = maildir\n  mail_path = %{owner_home}/Maildir')}
acl_driver = vfile
acl_sharing_map {
  dict file {
    path = ${SHARED}
  }
}
`
  const annotations = `\
protocol imap {
  imap_metadata = yes
}
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
`
  return `${sharing ? shared : ''}${metadata ? annotations : ''}`
}

/** An IMAP process asks for the home of another user. */
const SHARED_NAMESPACE = (place: string) => `\
namespace shared {
  type = shared
  separator = /
  ${place}
  subscriptions = no
  list = children
}
service auth {
  unix_listener auth-userdb {
    mode = 0777
  }
}`
