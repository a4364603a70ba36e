import { EngineError } from '../errors/mailrig-error.ts'

/** Says why a peer of the rig cannot listen, and what helps. */
export function listenError(what: string, address: string, port: number, cause: unknown): EngineError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? String(cause)
  return new EngineError(`${what} cannot listen on ${address} port ${port}: ${REASONS[code] ?? code} (${code})`, {
    code: 'LISTEN_FAILED',
    remedy: REMEDIES[code] ?? 'Check that the address belongs to this host and that the port is free.',
    cause,
  })
}

const REASONS: Record<string, string> = {
  EACCES: 'this user may not use ports below 1024',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this host does not have that address',
}

const REMEDIES: Record<string, string> = {
  EACCES: 'Use a port of 1024 or higher.',
  EADDRINUSE: 'Stop that process (on Linux, `ss -lnptu` names it), or let it listen on its own address only.',
  EADDRNOTAVAIL: 'The gateway address exists only while its network does: create the network first.',
}
