import type { ImageName } from '../engine/images.ts'
import type { Topology } from '../topology/topology.ts'

/** Where the accounts may be, other than in files. */
export type AccountSource = Exclude<Topology['accounts'], 'files'>

/** The folder under docker/ of the server that has them. */
const FOLDERS: Record<AccountSource, string> = {
  postgresql: 'postgres',
  mariadb: 'mariadb',
  ldap: 'openldap',
}

export const ACCOUNT_SOURCES = Object.keys(FOLDERS) as AccountSource[]

/** The image of the server with the accounts; none where they are in files. */
export function accountImage(source: Topology['accounts'], release: string): ImageName[] {
  return source === 'files' ? [] : [{ server: FOLDERS[source], release }]
}
