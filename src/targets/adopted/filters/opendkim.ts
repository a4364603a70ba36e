import type { PlannedOverlay } from '../overlay.ts'
import { formatPlace, textOf } from '../source-tree.ts'
import { dkimKeys, dkimRecord } from './dkim-keys.ts'
import { type Filter, readSettings, socketIn } from './filter.ts'

const CONFIGURATION = '/etc/opendkim.conf'

/**
 * It asks the servers of the root, unless it is told whom to ask (libunbound), and it takes what is not signed for forged where it
 * has a trust anchor: no signature of anybody could be verified.
 */
const ASK_THE_RIG = `sed -i '/^[[:space:]]*\\(Nameservers\\|TrustAnchorFile\\)[[:space:]]/Id' ${CONFIGURATION}
printf '\\nNameservers %s\\n' "$(sed -n 's/^nameserver //p' /etc/resolv.conf | head -n 1)" >> ${CONFIGURATION}`

/** OpenDKIM: signs what leaves, and verifies what comes. opendkim(8), opendkim.conf(5). */
export const opendkim: Filter = {
  name: 'opendkim',
  configuration: CONFIGURATION,
  packages: (tree) => {
    // Debian's own configuration names it, and only recommends the package.
    const settings = readSettings(textOf(tree, CONFIGURATION) ?? '')
    const anchor = settings.findLast(({ name }) => name === 'trustanchorfile')
    return anchor?.value === '/usr/share/dns/root.key'
      ? [{ name: 'dns-root-data', from: formatPlace({ file: CONFIGURATION, line: anchor.line }) }]
      : []
  },
  address: (tree) => socketIn(tree, CONFIGURATION),
  preparations: (tree) => {
    const keys = dkimKeys(tree)
    const files = [...new Map(keys.map((key) => [key.path, key])).values()]
    const anchor = readSettings(textOf(tree, CONFIGURATION) ?? '').findLast(({ name }) => name === 'trustanchorfile')
    return [
      {
        kind: 'names',
        path: CONFIGURATION,
        what: "asks the rig's resolver (Nameservers), and takes its answers without DNSSEC (no TrustAnchorFile)",
        why: 'it would ask the root of the internet, and verify no signature',
        from: formatPlace({ file: CONFIGURATION, ...(anchor ? { line: anchor.line } : {}) }),
        steps: [{ run: ['sh', '-c', ASK_THE_RIG] }],
      },
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
