import type { PlannedOverlay } from '../overlay.ts'
import type { Survey } from '../survey.ts'

/** Files of a package that a configuration may leave to it. To be there before a server is asked anything. */
export function packageFileOverlays({ mta, tree, main }: Survey): PlannedOverlay[] {
  if (mta?.name !== 'postfix') return []
  const overlays: PlannedOverlay[] = []
  if (!tree.files.has('/etc/postfix/master.cf')) {
    overlays.push({
      kind: 'package-files',
      path: '/etc/postfix/master.cf',
      what: "the one of Debian's package",
      why: 'it was not given, and Postfix does not start without',
      from: mta.at.file,
      steps: [{ run: ['cp', '/usr/share/postfix/master.cf.dist', '/etc/postfix/master.cf'] }],
    })
  }
  const namesAliases = main.settings.some(({ name }) => name === 'alias_maps')
  if (!tree.files.has('/etc/aliases') && !namesAliases) {
    overlays.push({
      kind: 'package-files',
      path: '/etc/aliases',
      what: 'postmaster: root, as a new Debian has it',
      why: 'it was not given: every local address would be deferred',
      from: mta.at.file,
      steps: [{ write: { path: '/etc/aliases', content: 'postmaster: root\n' } }],
    })
  }
  return overlays
}
