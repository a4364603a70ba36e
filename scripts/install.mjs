// Runs before `npm start` and `npm test`, on whatever Node the system has: installs the locked dependencies when
// they are missing or belong to another lockfile. Among them is the Node that the npm scripts themselves then use.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.mailrig-lock`
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex')

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
if (!installed) {
  process.stderr.write('mailrig: installing the locked npm dependencies (once)\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    process.stderr.write('mailrig: `npm ci` failed; mend what it says above, then run the same command again\n')
    process.exit(3)
  }
  writeFileSync(stamp, wanted)
}
