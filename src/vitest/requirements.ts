import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ErrorCode } from '../errors/error-codes.ts'
import { InputError } from '../errors/mailrig-error.ts'

const packageFile = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  engines: { node: string }
  peerDependencies: { vitest: string }
}

/** `>=22.22` → `22.22`, `^5.1.1` → `5.1.1`. */
const OLDEST_NODE = packageFile.engines.node.replace('>=', '')
const OLDEST_VITEST = packageFile.peerDependencies.vitest.replace('^', '')

/**
 * @param running version of the Node that runs, e.g. `v20.20.2`
 * @throws {InputError} NODE_VERSION
 */
export function requireNode(running: string, oldest = OLDEST_NODE): void {
  if (compare(running.slice(1), oldest) >= 0) return
  refuse(`mailrig needs Node ${oldest} or newer; this is ${running}`, {
    code: 'NODE_VERSION',
    remedy: 'Install Node 24 LTS, then install the dependencies anew: npm chooses versions by the Node it runs on.',
  })
}

/**
 * Another vitest has other insides: without this its user would see a TypeError somewhere in them.
 *
 * @param running version of the vitest that runs, e.g. `4.1.12`
 * @param oldest version that will do; those of the next major will not
 * @throws {InputError} VITEST_VERSION
 */
export function requireVitest(running: string, oldest = OLDEST_VITEST): void {
  const sameMajor = majorOf(running) === majorOf(oldest)
  if (sameMajor && compare(running, oldest) >= 0) return
  refuse(`mailrig needs vitest ${sameMajor ? `${oldest} or newer` : majorOf(oldest)}; this run is ${running}`, {
    code: 'VITEST_VERSION',
    remedy: INSTALL,
  })
}

/** The version of the vitest that mailrig's imports lead to. @throws {InputError} VITEST_MISSING when there is none. */
export function installedVitest(): string {
  const require = createRequire(import.meta.url)
  try {
    return (require('vitest/package.json') as { version: string }).version
  } catch {
    return refuse(`mailrig needs vitest ${majorOf(OLDEST_VITEST)} to run tests, and there is none`, {
      code: 'VITEST_MISSING',
      remedy: INSTALL,
    })
  }
}

const INSTALL = `Run \`npm install --save-dev vitest@${majorOf(OLDEST_VITEST)}\` in your project, or the same with pnpm or yarn.`

/** Vitest prints the stack of what a configuration throws, so the stack is what a person needs. */
function refuse(message: string, options: { code: ErrorCode; remedy: string }): never {
  const error = new InputError(message, options)
  error.stack = `${error.name}: ${message}\nto do ${options.remedy}`
  throw error
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? version
}

/** Below 0: `a` is the older. A release candidate counts as its release. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.split('-')[0] ?? version).split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
