import { type Browser, chromium } from 'playwright-core'
import { connectEngine } from '../src/engine/connect.ts'
import { startContainer } from '../src/engine/container.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { labelsOf } from '../src/engine/labels.ts'
import { terminalProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { openRun } from '../src/rig/open-run.ts'

const IMAGE = { server: 'chromium', release: 'bookworm' }
const DEVTOOLS = 9222

export interface ContainedBrowser {
  browser: Browser
  close(): Promise<void>
}

/** Debian's headless Chromium in a container that has these files, by path, and no way out. */
export async function startChromium(files: Record<string, string>): Promise<ContainedBrowser> {
  const progress = terminalProgress()
  const engine = await connectEngine({ provision: false, progress })
  await ensureImages(engine, [IMAGE], progress)
  const run = await openRun(engine)
  try {
    const { pair } = run.world
    const lan = pair.address(pair.allocate(), 'lan')
    const container = await startContainer(engine, {
      image: await imageTag(IMAGE.server, IMAGE.release),
      name: `mailrig-${run.run.id}-chromium`,
      hostname: 'chromium.example',
      pair,
      addresses: { lan },
      capabilities: ['KILL'],
      labels: labelsOf(run.run),
      publish: [DEVTOOLS],
      readiness: [],
      files: Object.entries(files).map(([path, content]) => ({ path, content })),
    })
    const listening = (line: string) => line.includes('DevTools listening on')
    if (!container.logs.lines.some(({ text }) => listening(text))) {
      await container.logs.next(listening, 'the DevTools port', patience(30_000))
    }
    const { host, port } = container.endpoint(DEVTOOLS)
    const browser = await chromium.connectOverCDP(`http://${host}:${port}`)
    return {
      browser,
      async close() {
        await browser.close()
        await container.stop()
        await run.close()
      },
    }
  } catch (error) {
    await run.close()
    throw error
  }
}
