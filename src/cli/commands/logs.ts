import { askRig, type LoggedLine } from '../rig-requests.ts'
import { rigChosen, runningRig } from '../running-rig.ts'

interface LogsOptions {
  target?: string
  follow?: boolean
  problems?: boolean
  json?: boolean
}

/** Prints the log of a kept rig's servers; with --json, what each line says, one JSON document a line. */
export async function logs(named: string | undefined, options: LogsOptions): Promise<void> {
  const name = await rigChosen(named, options.target)
  await runningRig(name)
  const request = { ask: 'logs', follow: options.follow === true, problems: options.problems === true } as const
  await askRig(name, request, (value) => {
    const line = value as LoggedLine
    process.stdout.write(options.json ? `${JSON.stringify(line)}\n` : `${line.server.padEnd(9)} ${line.text}\n`)
  })
}
