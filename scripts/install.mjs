// Runs before `npm start` and `npm test`, on whatever Node the system has: installs the locked dependencies when
// they are missing or belong to another lockfile. Among them is the Node that the npm scripts themselves then use.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const windows = process.platform === 'win32'

if (!isInstalled()) {
  requireWritable()
  process.stderr.write('mailrig: installing the locked npm dependencies (once)\n')
  const result = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: windows,
  })
  if (result.status !== 0) end('`npm ci` failed; mend what it says above, then run the same command again')
}

/**
 * Whether what lies in node_modules is what package-lock.json asks for, whoever installed it: npm writes down there what
 * it has installed, at the end (docs.npmjs.com, package-lock.json, "Hidden Lockfiles").
 */
function isInstalled() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  if (wanted === undefined || present === undefined || !hasNode()) return false
  const isSame = (path) =>
    present[path]?.version === wanted[path]?.version && present[path]?.integrity === wanted[path]?.integrity
  // Optional ones are left out where they are for another system.
  const isMissing = (path) => path !== '' && !wanted[path].optional && !isSame(path)
  return Object.keys(present).every(isSame) && !Object.keys(wanted).some(isMissing)
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(`${root}${file}`, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** The package `node` gets its program from an install script, which somebody may have forbidden. */
function hasNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 22) || existsSync(`${root}node_modules/node/bin/node`)
}

function requireWritable() {
  try {
    accessSync(root, constants.W_OK)
    if (existsSync(`${root}node_modules`)) accessSync(`${root}node_modules`, constants.W_OK)
  } catch {
    end(`the npm packages are not installed, and ${root} cannot be written to: run \`npm ci\` there as its owner`)
  }
}

function end(message) {
  process.stderr.write(`mailrig: ${message}\n`)
  process.exit(3)
}
