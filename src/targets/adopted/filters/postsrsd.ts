import type { SourceTree } from '../source-tree.ts'
import { formatPlace, textOf } from '../source-tree.ts'
import type { Filter } from './filter.ts'

const CONFIGURATION = '/etc/default/postsrsd'

/** Debian makes one when the package is installed. */
const SECRET = '/etc/postsrsd.secret'

/** A variable of a file that a shell reads, and its line; the last one counts. */
export function shellVariable(text: string, name: string): { value: string; line: number } | undefined {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }))
  const found = lines.findLast(({ line }) => new RegExp(`^\\s*${name}=`).test(line))
  if (!found) return undefined
  const [, value = ''] = /=\s*(.*?)\s*(?:#.*)?$/.exec(found.line) ?? []
  return { value: value.replace(/^(["'])(.*)\1$/, '$2'), line: found.number }
}

/** As the package's own script starts it (debian/postsrsd.init), from the variables of that file. */
const START = `. ${CONFIGURATION}
set -- "-f\${SRS_FORWARD_PORT:-10001}" "-r\${SRS_REVERSE_PORT:-10002}" "-d$SRS_DOMAIN" "-s\${SRS_SECRET:-${SECRET}}" \
  "-a\${SRS_SEPARATOR:-=}" "-n\${SRS_HASHLENGTH:-4}" "-N\${SRS_HASHMIN:-4}" "-u\${RUN_AS:-postsrsd}" \
  "-c\${CHROOT:-/var/lib/postsrsd}" -D
mkdir -p "\${CHROOT:-/var/lib/postsrsd}"
[ -z "\${SRS_EXCLUDE_DOMAINS:-}" ] || set -- "$@" "-X$SRS_EXCLUDE_DOMAINS"
exec postsrsd "$@"`

/** PostSRSd 1.x: rewrites the senders of mail that is forwarded. postsrsd(8); Debian's /etc/default/postsrsd. */
export const postsrsd: Filter = {
  name: 'postsrsd',
  configuration: CONFIGURATION,
  packages: () => [],
  address: (tree) => {
    const port = variable(tree, 'SRS_FORWARD_PORT')
    return {
      at: `inet:${port?.value ?? 10_001}`,
      from: formatPlace({ file: CONFIGURATION, ...(port ? { line: port.line } : {}) }),
    }
  },
  // The package's own is in the image; that of the host may be given or not, and says nothing in a rig.
  preparations: () => [],
  signs: false,
  start: ['sh', '-c', START],
}

function variable(tree: SourceTree, name: string): ReturnType<typeof shellVariable> {
  return shellVariable(textOf(tree, CONFIGURATION) ?? '', name)
}
