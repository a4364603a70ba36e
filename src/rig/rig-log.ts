import type { LoggedEvent, TrackedLine } from './message-tracker.ts'
import type { RunningMta } from './running-mta.ts'
import type { RunningStore } from './running-store.ts'

/** A line of a server of the rig, with what it says. */
export type RigLogEvent = LoggedEvent & { server: string }

interface Servers {
  mta: RunningMta
  store: RunningStore | undefined
}

/** Every line of MTA and store so far, in the order they were read. */
export function linesOf({ mta, store }: Servers): RigLogEvent[] {
  return [
    ...mta.log.events.filter(({ text }) => !isOfStore(store, text)).map((event) => ({ ...event, server: mta.name })),
    ...(store ? store.lines.map((line) => storeEvent(store, line)) : []),
  ].sort((a, b) => a.at - b.at)
}

/** Calls `listener` with each line from now on. Call the result to end that. */
export function onLine({ mta, store }: Servers, listener: (event: RigLogEvent) => void): () => void {
  const offs = [
    mta.log.on((event) => !isOfStore(store, event.text) && listener({ ...event, server: mta.name })),
    ...(store ? [store.log.on((line) => store.owns(line.text) && listener(storeEvent(store, line)))] : []),
  ]
  return () => {
    for (const off of offs) off()
  }
}

/** On a host that carries both, each line is one server's. */
export function isOfStore(store: RunningStore | undefined, text: string): boolean {
  return store?.sharesLog === true && store.owns(text)
}

function storeEvent(store: RunningStore, { at, text }: TrackedLine): RigLogEvent {
  return { ...store.readLog(text), at, text, server: store.name }
}
