import type { Side } from '../../engine/side.ts'
import { acceptedIn } from '../../rig/accepted-messages.ts'
import type { LoggedEvent } from '../../rig/message-tracker.ts'
import type { Transcript } from '../../session/transcript.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import type { Facts, ServiceName } from '../facts.ts'
import { adoptedMta } from './adopted-mta.ts'
import type { AdoptedHost } from './boot.ts'
import { ODD_DOMAINS } from './surroundings.ts'

/** An adopted host in the form in which checks see a server (src/check/subject.ts). */
export interface AdoptedSubject {
  name: string
  facts: Facts
  endpoint(service: ServiceName, side: Side): { host: string; port: number; localAddress?: string } | undefined
  authority: string
  elsewhere: typeof ODD_DOMAINS & { address?: string }
  upstreams: readonly Upstream[]
  rested?(sessions: readonly Transcript[]): Promise<void>
  events?(sessions: readonly Transcript[]): readonly LoggedEvent[]
  flush?(): Promise<void>
  restart?(): Promise<void>
}

export function adoptedSubject(host: AdoptedHost): AdoptedSubject {
  const { facts, adopted, release, authority, upstream } = host
  const mta = adoptedMta(host)
  const answering = host.addresses.upstreams.upstream?.address
  const ids = (sessions: readonly Transcript[]) =>
    sessions.flatMap((transcript) => acceptedIn(transcript, (reply) => mta?.queueIdIn(reply)))
  return {
    name: `${[adopted.survey.mta?.name, adopted.survey.dovecot && 'dovecot'].filter(Boolean).join(' and ')} on ${release}`,
    facts,
    endpoint(service, side) {
      const port = facts.services.find((one) => one.service === service)?.port
      return port === undefined ? undefined : host.endpoint(port, side)
    },
    authority,
    elsewhere: { ...ODD_DOMAINS, ...(answering === undefined ? {} : { address: answering }) },
    upstreams: [upstream],
    ...(mta
      ? {
          rested: (sessions: readonly Transcript[]) => mta.rested({ queueIds: ids(sessions) }),
          events: (sessions: readonly Transcript[]) => mta.log.eventsOf({ queueIds: ids(sessions) }),
          flush: () => mta.flush(),
          restart: () => host.restart(),
        }
      : {}),
  }
}
