// `npm run durability [-- --rounds 5] [--mta postfix] [--release trixie]`: cuts the power of each server and kills it, over and
// over, and writes what became of each message to docs/durability.md. Exit code 1 where a server lost something, or a
// control did not.
//
// On many machines: `-- --shard 1/2 --document 1.json` on each with its number, then `-- --join 1.json --join 2.json`.

import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { terminalProgress } from '../../src/engine/progress.ts'
import { commitOf } from '../../src/report/commit.ts'
import { openRun, prepareEngine } from '../../src/rig/open-run.ts'
import { startRig } from '../../src/rig/start-rig.ts'
import type { World } from '../../src/rig/world.ts'
import { DEFAULT_STORE, MTA_NAMES, mtaNamed } from '../../src/servers/registry.ts'
import { DEFAULT_RELEASES } from '../../src/servers/release.ts'
import { parseShard } from '../../src/shards/shard.ts'
import { type Platform, platformName } from '../../src/targets/platform.ts'
import { platformNamed } from '../../src/targets/platform-named.ts'
import { parseTopology } from '../../src/topology/topology.ts'
import { cutSeries, type Trial } from './cut-series.ts'
import { durabilityPage, type Row } from './page.ts'
import { joinShards, portionOf, writeShard } from './shard-document.ts'

const PAGE = new URL('../../docs/durability.md', import.meta.url)
/** A control has to lose, and does so each time. */
const CONTROL_ROUNDS = 1

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mta: { type: 'string', multiple: true, default: MTA_NAMES.filter((name) => mtaNamed(name).durability) },
    release: { type: 'string', multiple: true, default: [...DEFAULT_RELEASES] },
    shard: { type: 'string' },
    document: { type: 'string' },
    join: { type: 'string', multiple: true },
  },
})
const shard = values.shard === undefined ? undefined : parseShard(values.shard)
const { document } = values
if ((shard === undefined) !== (document === undefined)) throw new Error('--shard and --document go together')
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a whole number from 1, not ${values.rounds}`)

const of = (who: Trial['of'], fault: Trial['fault'], sync: Trial['sync']): Trial => ({ of: who, fault, sync })
const OF_MTA = [of('mta', 'power cut', 'kept'), of('mta', 'kill -9', 'kept'), of('mta', 'power cut', 'ignored')]
const OF_STORE = [of('store', 'power cut', 'kept'), of('store', 'kill -9', 'kept'), of('store', 'power cut', 'ignored')]

const began = new Date()
const [first] = values.mta
/** In the order in which they are done. The store is the same with each MTA. */
const planned = values.release
  .flatMap((release) => values.mta.map((mta) => platformNamed({ mta, release })))
  .flatMap((platform) =>
    (platform.mta.name === first ? [...OF_MTA, ...OF_STORE] : OF_MTA).map((trial) => ({ platform, trial })),
  )
const whole = planned.map(({ platform, trial }) =>
  [platform.mta.name, platform.release, trial.of, trial.fault, trial.sync, rounds].join(' '),
)
const commit = await commitOf(process.cwd())
const joined = values.join === undefined ? undefined : await joinShards(values.join)
const rows: Row[] = joined?.rows ?? []
if (joined === undefined) await runTrials()

async function runTrials(): Promise<void> {
  const own = Map.groupBy(portionOf(planned, shard), ({ platform }) => platformName(platform))
  const platforms = [...own.values()].flatMap(([one]) => (one ? [one.platform] : []))
  const engine = await prepareEngine(platforms, terminalProgress(), { accounts: [] })
  const { world, close } = await openRun(engine, { recycle: 0 })
  try {
    for (const platform of platforms) {
      const names = await versionsOf(world, platform)
      for (const { trial } of own.get(platformName(platform)) ?? []) {
        const outcome = await cutSeries(world, platform, trial, trial.sync === 'ignored' ? CONTROL_ROUNDS : rounds)
        const row = { server: names[trial.of], trial, ...outcome }
        rows.push(row)
        await writeDown({ unfinished: true })
        process.stderr.write(
          `${row.server}, ${trial.fault}, syncs ${trial.sync}: ${outcome.rounds} rounds, ${outcome.accepted} accepted, ${outcome.lost} lost, ${outcome.duplicated} twice\n`,
        )
      }
    }
  } finally {
    await close()
  }
}

await writeDown({ unfinished: false })
const lost = rows.filter((row) => row.trial.sync === 'kept' && row.lost > 0)
const useless = rows.filter((row) => row.trial.sync === 'ignored' && row.lost === 0)
for (const { server, trial } of lost) process.stderr.write(`${server} lost messages: ${trial.fault}\n`)
for (const { server } of useless)
  process.stderr.write(`the control of ${server} lost nothing: the method proves nothing there\n`)
process.exitCode = lost.length + useless.length > 0 ? 1 : 0

/** After each trial, so that an interrupted run leaves what it saw. */
async function writeDown({ unfinished }: { unfinished: boolean }): Promise<void> {
  const startedAt = joined?.startedAt ?? began.getTime()
  const minutes = joined?.minutes ?? Math.round((Date.now() - startedAt) / 60_000)
  const machine = joined?.machine ?? `${cpus().length} cores`
  if (shard && document) {
    await writeShard(document, { format: 1, shard, commit, whole, startedAt, minutes, machine, rows })
    return
  }
  const order = (row: Row) => `${row.trial.of} ${row.server}`
  const page = durabilityPage({
    rows: rows.toSorted((a, b) => order(a).localeCompare(order(b))),
    command: ['npm run durability', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    began: `${new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    minutes,
    machine,
    unfinished,
  })
  await writeFile(PAGE, page)
}

async function versionsOf(world: World, platform: Platform): Promise<Record<Trial['of'], string>> {
  const rig = await startRig({
    ...platform,
    world,
    topology: parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } } }),
  })
  try {
    const { mta, release } = platform
    const [own, store] = await Promise.all([rig.mta.version(), rig.store.version()])
    return { mta: `${mta.title} ${own} (${release})`, store: `${DEFAULT_STORE.title} ${store} (${release})` }
  } finally {
    await rig.stop()
  }
}
