import { connectEngine } from './src/engine/connect.ts'
import { silentProgress } from './src/engine/progress.ts'
import { adopt } from './src/targets/adopted/adopted.ts'
import { ensureAdoptedImage } from './src/targets/adopted/image.ts'
import { readSource } from './src/targets/adopted/read-source.ts'

const engine = await connectEngine({ provision: false, progress: silentProgress })
for (const name of process.argv.slice(2)) {
  const adopted = adopt(await readSource({ source: `test/adopted/${name}/etc` }, process.stdin))
  console.log(
    name,
    await ensureAdoptedImage(
      engine,
      { release: 'bookworm', packages: adopted.packages.map((p) => p.name) },
      silentProgress,
    ),
    new Date().toISOString(),
  )
}
