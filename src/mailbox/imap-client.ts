import { ImapFlow } from 'imapflow'
import { patience } from '../metrics/patience.ts'
import type { ImapOptions } from './imap-options.ts'
import { USUAL_WAIT_MS } from './usual-wait.ts'

/** A client that connects when told to, and does nothing of its own accord. */
export function imapClient(options: ImapOptions): ImapFlow {
  return new ImapFlow({
    host: options.host,
    port: options.port,
    secure: options.tls === 'implicit',
    doSTARTTLS: options.tls === 'starttls',
    auth: { user: options.user, pass: options.password },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    disableAutoEnable: true,
    connectionTimeout: options.timeoutMs ?? patience(USUAL_WAIT_MS),
    greetingTimeout: options.timeoutMs ?? patience(USUAL_WAIT_MS),
    tls: {
      rejectUnauthorized: options.ca !== undefined,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.servername === undefined ? {} : { servername: options.servername }),
      ...(options.minVersion === undefined ? {} : { minVersion: options.minVersion }),
      ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
      ...(options.ciphers === undefined ? {} : { ciphers: options.ciphers }),
    },
  })
}
