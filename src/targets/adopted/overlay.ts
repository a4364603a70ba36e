import type { ServerFile } from '../../engine/server-file.ts'

/** Each is one way in which a rig is not the host that a configuration was written for. */
export const OVERLAY_KINDS = {
  names: 'DNS answers the names that the configuration mentions',
  owners: 'files belong to root, and to nobody else to write',
  'host-name': 'the host has the name that the configuration gives it',
  services: 'the servers are started directly, without systemd',
  logging: 'the system log goes to mailrig',
  certificates: "certificates and keys are the rig's",
  'trust-store': "outbound TLS trusts the rig's authority",
  tables: 'lookup tables are compiled anew',
  jail: 'the jail has the files that servers in it read',
  accounts: 'the accounts that the configuration names exist',
  secrets: 'secrets that were not given are made up',
  databases: 'the databases that the configuration names exist',
  filters: 'the filters that the configuration came with run',
  milters: 'milters that are not there are stood in for',
  policy: 'policy services that are not there are stood in for',
  'content-filter': 'content filters that are not there are stood in for',
  programs: 'programs that are not there are stood in for',
  trust: 'clients of the rig are on no network of the host',
  smarthost: "the smarthost's name leads to the rig's upstream",
  ipv6: 'the IPv6 loopback address exists',
  'package-files': 'files that were not given are those of the package',
  compose: 'parts of the compose file that a rig cannot have are left out',
  'test-account': 'an account exists whose password mailrig knows',
} as const
export type OverlayKind = keyof typeof OVERLAY_KINDS

/** What a rig cannot be without. */
export const ALWAYS: ReadonlySet<OverlayKind> = new Set(['services', 'logging', 'compose', 'filters'])

/** What was laid over a configuration so that it runs in a rig. Evidence: it is shown wherever a verdict is. */
export interface Overlay {
  kind: OverlayKind
  /** What it concerns: a path, a name, an address. */
  path: string
  /** What is there now. */
  what: string
  /** What would happen without it. */
  why: string
  /** The line of the configuration that asks for it. */
  from: string
}

/** What is done in the container, on mailrig's own copy. */
export type OverlayStep =
  | { write: ServerFile; owner?: string }
  /** One line at the end of a file. */
  | { append: { path: string; line: string } }
  | { run: readonly string[]; input?: string }

/** An overlay with what makes it. Some are made by the rig itself: they have no steps. */
export interface PlannedOverlay extends Overlay {
  steps: readonly OverlayStep[]
}

export function shown({ steps: _, ...overlay }: PlannedOverlay): Overlay {
  return overlay
}
