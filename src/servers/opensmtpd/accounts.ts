import type { Topology } from '../../topology/topology.ts'
import { FIRST_ACCOUNT_ID } from '../account-ids.ts'
import { procmailFiles } from '../procmailrc.ts'
import type { ServerFile } from '../rendering.ts'
import { PATHS } from './paths.ts'

/** passwd(5) and group(5) lines for the Unix accounts, and what is in their homes. */
export function accountFiles({ local }: Topology): ServerFile[] {
  const accounts = Object.entries(local?.accounts ?? {}).map(([name, { forward }], index) => ({
    name,
    id: FIRST_ACCOUNT_ID + index,
    forward,
  }))
  if (accounts.length === 0) return []
  return [
    {
      path: PATHS.accounts,
      content: lines(accounts.map(({ name, id }) => `${name}:x:${id}:${id}:${name}:/home/${name}:/bin/sh`)),
    },
    { path: PATHS.groups, content: lines(accounts.map(({ name, id }) => `${name}:x:${id}:`)) },
    ...accounts.flatMap(({ name, forward }) =>
      forward === undefined ? [] : [{ path: `/home/${name}/.forward`, content: lines(forward) }],
    ),
    ...procmailFiles(local),
  ]
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
