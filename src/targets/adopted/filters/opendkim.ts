import type { PlannedOverlay } from '../overlay.ts'
import { formatPlace, type SourceTree, textOf } from '../source-tree.ts'
import { dkimKeys, dkimRecord } from './dkim-keys.ts'
import { type Filter, milterAddress, readSettings } from './filter.ts'

const CONFIGURATION = '/etc/opendkim.conf'

/** OpenDKIM: signs what leaves, and verifies what comes. opendkim(8), opendkim.conf(5). */
export const opendkim: Filter = {
  name: 'opendkim',
  configuration: CONFIGURATION,
  packages: (tree) => {
    // Debian's own configuration names it, and only recommends the package.
    const anchor = settingOf(tree, 'trustanchorfile')
    return anchor?.value === '/usr/share/dns/root.key' ? [{ name: 'dns-root-data', from: at(anchor.line) }] : []
  },
  address: (tree) => {
    const socket = settingOf(tree, 'socket')
    const address = milterAddress(socket?.value ?? '')
    return socket && address !== undefined ? { at: address, from: at(socket.line) } : undefined
  },
  preparations: (tree) => {
    const keys = dkimKeys(tree)
    const files = [...new Map(keys.map((key) => [key.path, key])).values()]
    return [
      ...files.map(
        ({ path, from, privateKey, given }): PlannedOverlay => ({
          kind: given ? 'owners' : 'secrets',
          path,
          what: given ? 'belongs to opendkim, and to nobody else' : 'a made-up key',
          why: given
            ? 'opendkim uses no key that others may read, and a copy loses owners'
            : 'it was not given: nothing would be signed',
          from,
          steps: [{ write: { path, content: privateKey, mode: 0o600 }, owner: 'opendkim:opendkim' }],
        }),
      ),
      ...keys.flatMap((key): PlannedOverlay[] => {
        const record = dkimRecord(key)
        if (record === undefined) return []
        const what = 'has the public half of that key'
        return [
          { kind: 'names', path: record.name, what, why: 'nobody could verify a signature', from: key.from, steps: [] },
        ]
      }),
    ]
  },
  signs: true,
  start: ['sh', '-c', 'mkdir -p /run/opendkim && chown opendkim: /run/opendkim && opendkim -x /etc/opendkim.conf'],
}

function settingOf(tree: SourceTree, name: string) {
  return readSettings(textOf(tree, CONFIGURATION) ?? '').findLast((setting) => setting.name === name)
}

function at(line: number): string {
  return formatPlace({ file: CONFIGURATION, line })
}
