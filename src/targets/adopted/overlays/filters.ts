import { awaitListening } from '../filters/await-listening.ts'
import { filtersOf } from '../filters/filters.ts'
import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'

/** The milters that come with the configuration, started as they are. No stand-in takes their addresses. */
export function filterOverlays({ survey: { tree } }: PlanInput): PlannedOverlay[] {
  return filtersOf(tree).flatMap((filter) => {
    const address = filter.address(tree)
    if (address === undefined) return []
    const path = /^unix:(.*)\/[^/]+$/.exec(address.at)?.[1]
    return [
      ...filter.preparations(tree),
      {
        kind: 'filters' as const,
        path: address.at,
        what: `${filter.name} of Debian, with the configuration that was given`,
        why: 'a container has no systemd',
        from: address.from,
        steps: [
          // In the jail of Postfix, where the host's administrator made it by hand.
          ...(path === undefined
            ? []
            : [
                {
                  run: [
                    'sh',
                    '-c',
                    '[ -d "$1" ] || { mkdir -p "$1" && chown "$2": "$1"; }',
                    'folder',
                    path,
                    filter.name,
                  ],
                },
              ]),
          { run: filter.start },
          { run: awaitListening(filter.name, address.at) },
          // Postfix belongs to the group of the socket on that host (Debian's README of the package).
          ...(path === undefined ? [] : [{ run: ['chmod', 'a+rw', address.at.slice('unix:'.length)] }]),
        ],
      },
    ]
  })
}

/** Where they listen. */
export function filterAddresses({ survey: { tree } }: PlanInput): string[] {
  return filtersOf(tree).flatMap((filter) => filter.address(tree)?.at ?? [])
}
