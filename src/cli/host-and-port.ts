import { InputError } from '../errors/mailrig-error.ts'

/** `host:port`, `[::1]:25`. @param option whose value it is. @throws {InputError} */
export function hostAndPort(text: string, option: string): { host: string; port: number } {
  const at = text.lastIndexOf(':')
  const host = text.slice(0, at).replace(/^\[(.*)\]$/, '$1')
  const port = text.slice(at + 1)
  if (at > 0 && host !== '' && /^\d{1,5}$/.test(port) && Number(port) < 65_536) return { host, port: Number(port) }
  throw new InputError(`${option} ${JSON.stringify(text)} is not a host and port`, {
    code: 'HOST_AND_PORT',
    remedy: 'Write it as localhost:25 or [::1]:25.',
  })
}
