import type { Side } from '../../engine/side.ts'
import { acceptedIn } from '../../rig/accepted-messages.ts'
import type { LoggedEvent } from '../../rig/message-tracker.ts'
import { restByQueue } from '../../rig/rest-by-queue.ts'
import type { RunningMta } from '../../rig/running-mta.ts'
import { mtaNamed } from '../../servers/registry.ts'
import type { Transcript } from '../../session/transcript.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import type { Facts, ServiceName } from '../facts.ts'
import { adoptedMta } from './adopted-mta.ts'
import { dkimKeys } from './filters/dkim-keys.ts'
import { filtersOf } from './filters/filters.ts'
import type { ServedHost } from './served-host.ts'
import { ODD_DOMAINS } from './surroundings.ts'

/** An adopted host in the form in which checks see a server (src/check/subject.ts). */
export interface AdoptedSubject {
  name: string
  facts: Facts
  endpoint(service: ServiceName, side: Side): { host: string; port: number; localAddress?: string } | undefined
  authority?: string
  elsewhere: typeof ODD_DOMAINS & { address?: string }
  upstreams: readonly Upstream[]
  rested?(sessions: readonly Transcript[]): Promise<void>
  events?(sessions: readonly Transcript[]): readonly LoggedEvent[]
  flush?(): Promise<void>
  restart?(): Promise<void>
  signing?: { domains: readonly string[]; txt(name: string): readonly string[] }
}

export function adoptedSubject(host: ServedHost): AdoptedSubject {
  const { facts, adopted, label, authority, upstream } = host
  const mta = adoptedMta(host)
  const answering = host.addresses.upstreams.upstream?.address
  const ids = (sessions: readonly Transcript[]) =>
    sessions.flatMap((transcript) => acceptedIn(transcript, (reply) => mta?.queueIdIn(reply)))
  // Nobody here sees what else runs on a host whose first process is its image's own; and not every log tells all.
  const seen =
    host.container.untilQuiet !== undefined && mta !== undefined && mtaNamed(mta.name).asPackaged === undefined
  const rested = async (running: RunningMta, sessions: readonly Transcript[]) =>
    seen ? running.rested({ queueIds: ids(sessions) }) : restByQueue(running)
  const logged = seen || (mta !== undefined && host.container.logs.lines.some(({ text }) => isOf(mta.name, text)))
  return {
    name: `${[adopted.survey.mta?.name, adopted.survey.dovecot && 'dovecot'].filter(Boolean).join(' and ')} on ${label}`,
    facts,
    endpoint(service, side) {
      const port = facts.services.find((one) => one.service === service)?.port
      return port === undefined ? undefined : host.endpoint(port, side)
    },
    ...(authority === undefined ? {} : { authority }),
    elsewhere: { ...ODD_DOMAINS, ...(answering === undefined ? {} : { address: answering }) },
    upstreams: [upstream],
    ...(mta ? { rested: (sessions: readonly Transcript[]) => rested(mta, sessions) } : {}),
    ...(mta && logged
      ? { events: (sessions: readonly Transcript[]) => mta.log.eventsOf({ queueIds: ids(sessions) }) }
      : {}),
    ...(mta ? { flush: () => mta.flush() } : {}),
    ...signingOf(host),
    ...(host.restart ? { restart: () => host.restart?.() ?? Promise.resolve() } : {}),
  }
}

/** What its own filters sign, by the keys that its DNS has. */
function signingOf({ adopted, dns }: ServedHost): Pick<AdoptedSubject, 'signing'> {
  const { tree } = adopted.survey
  if (!filtersOf(tree).some((filter) => filter.signs)) return {}
  const domains = [...new Set(dkimKeys(tree).map(({ domain }) => domain))]
  const txt = (name: string) =>
    (dns.zone.records.get(name.toLowerCase()) ?? []).flatMap((record) =>
      record.type === 'TXT' ? [Buffer.concat(record.data).toString()] : [],
    )
  return domains.length > 0 ? { signing: { domains, txt } } : {}
}

/** A line of the MTA in a log that may be anything's. */
function isOf(name: string, text: string): boolean {
  return mtaNamed(name).readLog(text).event !== 'raw' || text.includes(name)
}
