import type { DerivedAccount } from '../derive-accounts.ts'
import type { PlannedOverlay } from '../overlay.ts'

/** Accounts that the configuration counts on, made with its ids unless the system has them. */
export function accountOverlays(accounts: readonly DerivedAccount[]): PlannedOverlay[] {
  return accounts.map(({ name, uid, gid, group = name, home = `/var/lib/${name}`, from }) => ({
    kind: 'accounts' as const,
    path: name,
    what: uid === undefined ? 'an account' : `an account with uid ${uid} and gid ${gid ?? uid}`,
    why: 'a program or a mailbox of the configuration belongs to it',
    from,
    steps: [{ run: ['sh', '-c', MAKE, 'account', name, String(uid ?? ''), String(gid ?? ''), group, home] }],
  }))
}

/** An id that the package of a server has taken is moved away first: the configuration's own is what files belong to. */
const MAKE = `
name=$1 uid=$2 gid=$3 group=$4 home=$5
getent group "$group" > /dev/null || groupadd --system \${gid:+--gid "$gid" --non-unique} "$group"
getent passwd "$name" > /dev/null && exit 0
useradd --system \${uid:+--uid "$uid" --non-unique} --gid "$group" --home-dir "$home" --create-home --skel /dev/null \\
  --shell /usr/sbin/nologin "$name"
`
