import type { Outcome, Trial } from './cut-series.ts'

/** A line of the table. */
export interface Row extends Outcome {
  /** E.g. `Postfix 3.10.13 (trixie)`. */
  server: string
  trial: Trial
}

export interface Measured {
  rows: readonly Row[]
  command: string
  /** ISO date and time. */
  began: string
  minutes: number
  /** The run was ended before its last trials. */
  unfinished?: boolean
  /** Of the machine. */
  machine: string
}

const HEAD = `<!-- Made by \`npm run durability\`: do not edit. -->

# What servers keep when the power goes

RFC 5321 section 6.1: a server that has answered \`250\` to the final dot has taken responsibility for the message, and may
not lose it "for frivolous reasons, such as because the host later crashes". This page is what a run saw.

*Power cut*: the queue, or the mail of the store, is on an ext4 file system of its own. In one moment nothing reaches its disk
any more, and the machine is off; then the same server starts on what the disk has. *kill -9*: all processes of the server
are killed, and it starts again; its files are as they were. Each round has a load of its own, and the fault comes at a random
moment of it. [How to cut the power of your own server](how-to/power-cut.md) says what is modelled and what is not.

*Accepted*: the client read \`250\`. *Lost*: accepted, and in the end neither handed on, nor in a mailbox, in a bounce or in the
queue. *Twice*: handed on more than once, which RFC 5321 prefers to a loss. *Refused*: answered otherwise, or broken off before
the final dot. *Unknown*: the connection ended between the final dot and its reply. *Back*: from the fault until the
server was ready again, half of the rounds and the slowest.

*Control*: the same servers where a sync does nothing and says that all went well. They have to lose messages: else the
method would prove nothing.
`

export function durabilityPage({ rows, command, began, minutes, machine, unfinished }: Measured): string {
  const table = (some: readonly Row[]) =>
    [
      '| server | fault | rounds | accepted | lost | twice | refused | unknown | back |',
      '|---|---|--:|--:|--:|--:|--:|--:|--:|',
      ...some.map(lineOf),
    ].join('\n')
  const real = rows.filter(({ trial }) => trial.sync === 'kept')
  const controls = rows.filter(({ trial }) => trial.sync === 'ignored')
  return `${HEAD}
## As packaged

${table(real)}

## Control: syncs do nothing

${table(controls)}

\`${command}\`, begun ${began}, took ${minutes} minutes on ${machine}. The times say something about that machine only.${unfinished ? '\nThe run was ended before its last trials, which are missing here.' : ''}
`
}

function lineOf({ server, trial, rounds, accepted, lost, duplicated, refused, unknown, awayMs }: Row): string {
  const sorted = [...awayMs].sort((a, b) => a - b)
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1)
  const back = `${seconds(sorted[Math.floor((sorted.length - 1) / 2)])} s, ${seconds(sorted.at(-1))} s`
  return `| ${[server, trial.fault, rounds, accepted, lost, duplicated, refused, unknown, back].join(' | ')} |`
}
