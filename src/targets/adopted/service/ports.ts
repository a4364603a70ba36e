import type { ComposeService } from './compose-schema.ts'
import { misdeclared } from './misdeclared.ts'

type Port = NonNullable<ComposeService['ports']>[number]

/** `25`, `25:25`, `127.0.0.1:2525:25/tcp`, and the long form: the port in the container. @throws {InputError} */
export function containerPort(given: Port, at: string): number[] {
  const text = String(typeof given === 'object' ? given.target : given)
  const port =
    text
      .replace(/\/\w+$/, '')
      .split(':')
      .at(-1) ?? ''
  // A range is of no mail server.
  if (/^\d+-\d+$/.test(port)) return []
  if (/^\d+$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return [Number(port)]
  throw misdeclared(at, `ports: ${JSON.stringify(text)} names no port of the container`, 'Write it as in "25:25".')
}
