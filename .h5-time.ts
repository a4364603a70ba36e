import { silentProgress } from '/work/helpers/h5/src/engine/progress.ts'
import { openRun, prepareEngine } from '/work/helpers/h5/src/rig/open-run.ts'
import { adopt } from '/work/helpers/h5/src/targets/adopted/adopted.ts'
import { bootAdopted } from '/work/helpers/h5/src/targets/adopted/boot.ts'
import { ensureAdoptedImage } from '/work/helpers/h5/src/targets/adopted/image.ts'
import { readSource } from '/work/helpers/h5/src/targets/adopted/read-source.ts'

const t0 = performance.now()
const say = (t: string) => console.log(((performance.now() - t0) / 1000).toFixed(2), t)
const adopted = adopt(
  await readSource({ source: process.argv[2] ?? '/work/helpers/h5/test/adopted/plain/etc' }, process.stdin),
)
const release = (process.argv[3] ?? 'bookworm') as 'bookworm'
const engine = await prepareEngine([], silentProgress, { database: false })
say('engine')
const image = await ensureAdoptedImage(
  engine,
  { release, packages: adopted.packages.map((p) => p.name) },
  silentProgress,
)
say('image')
const run = await openRun(engine, { recycle: 0 })
say('world')
try {
  const host = await bootAdopted(run.world, adopted, { image, release, onStep: say })
  say('booted')
  if (process.argv[4]) {
    const r = await host.container.exec(['sh', '-c', process.argv[4]])
    console.log(r.stdout, r.stderr)
  }
  console.log(JSON.stringify(host.facts, null, 1))
  console.log(host.container.logs.lines.map((l) => l.text).join('\n'))
  await host.stop()
} finally {
  await run.close()
}
say('closed')
