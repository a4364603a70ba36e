/** How it is known that a host is ready. A list of them: each has to hold. An empty list: ready when it has started. */
export type Readiness =
  /** Somebody who connects to the port is greeted with a text that begins so. */
  | { kind: 'greeting'; port: number; text: string }
  /** The port takes connections. */
  | { kind: 'listening'; port: number }
  /** A line of its log fits. */
  | { kind: 'log'; pattern: RegExp }
  /** It has ended, with this exit code: a host that does something once. */
  | { kind: 'exit'; code: number }
  /** The healthcheck of its image says healthy (HEALTHCHECK of a Dockerfile). */
  | { kind: 'healthcheck' }

/** What is waited for, as the end of the sentence "waited for …". */
export function describeReadiness(readiness: Readiness): string {
  switch (readiness.kind) {
    case 'greeting':
      return `port ${readiness.port} to greet with ${JSON.stringify(readiness.text)}`
    case 'listening':
      return `port ${readiness.port} to take connections`
    case 'log':
      return `a log line matching ${readiness.pattern}`
    case 'exit':
      return `its end with exit code ${readiness.code}`
    case 'healthcheck':
      return 'its healthcheck to say healthy'
  }
}

/** Ports whose greeting means "ready", with the text it begins with, e.g. `{ 25: '220' }`. */
export function greetingsOf(greetings: Readonly<Record<number, string>>): Readiness[] {
  return Object.entries(greetings).map(([port, text]) => ({ kind: 'greeting', port: Number(port), text }))
}
