import type { Merged } from './measure-merge.ts'
import type { Simulated } from './simulate.ts'

export interface Scaling {
  /** A matrix of today's size, in few shards; and a large one in many. */
  usual: readonly Simulated[]
  large: readonly Simulated[]
  merged: readonly Merged[]
  recordedFiles: number
  overhead: number
  workers: number
  machine: string
}

export function scalingPage({ usual, large, merged, recordedFiles, overhead, workers, machine }: Scaling): string {
  return `<!-- Made by \`npm run scaling\`: do not edit. -->

# How a run grows with its machines

A run is split into shards by how long its scenario files took ([how](how-to/many-machines.md)). This page says what that
gives. It was computed, not run: nobody here has 10,000 machines. What each file takes was recorded of ${recordedFiles} files on
one server, on a busy machine, and is repeated for the others. Machines are assumed to be alike, to do ${workers} files at a
time, and to spend ${overhead} s before the first file. Splitting is the code that splits real runs.

*Work*: of all machines together. *Slowest*: until the last shard has ended. *Uneven*: the slowest out of the mean.
*Servers*: of how many a shard needs the images, on the mean.

## A matrix of ${usual[0]?.files} files

${table(usual)}

## ${large[0]?.files} files

${table(large)}

More shards than files make no sense. Long before that, what a machine spends before its first file is most of what it
does: take as many shards as give each a few minutes.

## Joining what they leave

\`mailrig report --html\` on ${machine}: documents that were made up, without evidence of tests that passed.

| documents | tests | read and joined | with the report | memory | report |
|--:|--:|--:|--:|--:|--:|
${merged
  .map(
    ({ documents, tests, joinSeconds, seconds, mebibytes, megabytes }) =>
      `| ${documents} | ${tests} | ${joinSeconds.toFixed(1)} s | ${seconds.toFixed(1)} s | ${mebibytes.toFixed(0)} MiB | ${megabytes.toFixed(1)} MB |`,
  )
  .join('\n')}

## What breaks first

- *Evidence.* With \`--report\` each test leaves some kilobytes, and all of it is in the memory of who joins, and in the page. Runs
  of that size leave \`--report\` out and join \`.mailrig/run-1-1000.json\` and its like, which have the evidence of
  failures alone: what was measured above.
- *Images.* Every machine needs those of its servers: some 700 MB for the first, unpacked. 10,000 machines at once ask a registry
  for several TB. Keep a copy near them, or on their disks.
- *What every document says of the whole.* Each has the list of all files, so that one that is missing can be named. With
  10,000 shards of 200 files on servers that all have the same files that is some 10 kB each, 100 MB for all.
`
}

const HEAD = '| shards | work | slowest | uneven | longest file | servers | split in |\n|--:|--:|--:|--:|--:|--:|--:|'

function table(rows: readonly Simulated[]): string {
  const lines = rows.map(({ shards, work, slowest, mean, longestFile, servers, splitting }) =>
    [
      shards,
      `${(work / 60).toFixed(0)} min`,
      slowest >= 120 ? `${(slowest / 60).toFixed(1)} min` : `${slowest.toFixed(0)} s`,
      (slowest / mean).toFixed(2),
      `${longestFile.toFixed(0)} s`,
      servers.mean.toFixed(1),
      `${splitting.toFixed(1)} s`,
    ].join(' | '),
  )
  return [HEAD, ...lines.map((line) => `| ${line} |`)].join('\n')
}
