import { setTimeout as pause } from 'node:timers/promises'

const [endpoint, runId] = process.argv.slice(2)
if (endpoint === undefined || runId === undefined) throw new Error('usage: watchdog-main <endpoint> <run id>')

/** What the dying process asked for in its last moment may come into being after the first look. */
const LAST_LOOK_MS = 1_500

let word = ''
process.stdin.setEncoding('latin1')
process.stdin.on('data', (chunk: string) => {
  word += chunk
})
process.stdin.on('close', () => {
  if (word !== 'finish') void removeEverything(endpoint, runId)
})

async function removeEverything(url: string, run: string): Promise<void> {
  // Loaded only now: a watchdog that is never needed costs its start and nothing more.
  const [{ dockerAt }, { removeRun }] = await Promise.all([import('./endpoint.ts'), import('./sweep.ts')])
  const docker = dockerAt(url)
  const bound = setTimeout(() => process.exit(1), 120_000)
  await removeRun({ docker }, run)
  await pause(LAST_LOOK_MS)
  await removeRun({ docker }, run)
  clearTimeout(bound)
}
