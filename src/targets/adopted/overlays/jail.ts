import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'

/** What libc and OpenSSL read at run time (postfix: examples/chroot-setup). */
const FILES = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/services',
  '/etc/nsswitch.conf',
  '/etc/localtime',
  '/etc/host.conf',
]

/** Files of the host in the queue directory, where services of master.cf run in it. */
export function jailOverlays({ survey, postfix }: PlanInput): PlannedOverlay[] {
  const jailed = postfix?.services.find(({ chroot }) => chroot)
  if (!postfix || !jailed) return []
  const root = postfix.values.get('queue_directory') ?? '/var/spool/postfix'
  const authority = postfix.values.get('smtp_tls_CAfile') ?? ''
  const place = survey.master.find(({ chroot }) => chroot === 'y')?.at
  const copy = [...FILES, ...(authority.startsWith('/') ? [authority] : [])]
    .map((path) => `[ ! -e ${path} ] || { mkdir -p "$1$(dirname ${path})"; cp -L ${path} "$1${path}"; }`)
    .join('\n')
  return [
    {
      kind: 'jail',
      path: root,
      what: `${FILES.map((path) => path.slice(5)).join(', ')} as the host has them`,
      why: 'a service in the jail would find no name: "Host or domain name not found"',
      from: place ? `${place.file}:${place.line}` : `${jailed.name}/${jailed.type} of master.cf`,
      steps: [{ run: ['sh', '-c', copy, 'jail', root] }],
    },
  ]
}
