import './check-requirements.ts'
import './compile-cache.ts'
import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { projectName } from '../report/project-name.ts'
import type { MatrixCell } from '../report/provided-context.ts'
import type { OwnServer } from '../servers/define-server.ts'
import { addedModules, addServer, DEFAULT_STORE, MTA_NAMES } from '../servers/registry.ts'
import { DEFAULT_RELEASES } from '../servers/release.ts'
import { lastingForks } from './lasting-forks.ts'
import { type OwnTarget, ownCells } from './own-targets.ts'
import { sessionFilePlugin } from './session-file-plugin.ts'

export interface MatrixOptions {
  /**
   * Globs of test files, from the root. Default: every scenario, `*.scenario.ts`, `.mts`, `.js` or `.mjs`, and every session
   * file, `*.smtp`.
   */
  include?: string[]
  /** MTAs of your own, beside those of mailrig. */
  servers?: readonly OwnServer[]
  /** Default: all, those of `servers` too. */
  mtas?: readonly string[]
  /**
   * Default: those that `mailrig run --release` asks for, or the variable MAILRIG_RELEASES, names with commas between;
   * else bookworm and trixie. There are bullseye (Debian 11) and forky (testing) too.
   */
  releases?: readonly string[]
  /** Mail stores beside the MTA. Default: those that `mailrig run --store` asks for; else Dovecot. There is cyrus, too. */
  stores?: readonly string[]
  /**
   * Servers of your own, by a name of yours. A folder with a configuration runs on each release, as the project
   * `<name>@<release>`; an image and a service of a compose file run as they are, as `<name>@image` and `<name>@compose`. The
   * scenarios are the same: see docs/how-to/scenarios-on-your-own-server.md.
   */
  targets?: Readonly<Record<string, string | OwnTarget>>
  /**
   * Longest time one scenario may take, ms, taken literally. Default: 20 000 ms of an idle machine, which are more where the
   * machine is slow or busy.
   */
  testTimeout?: number
}

export type { MatrixCell, OwnConfiguration } from '../report/provided-context.ts'
export type { OwnFolder, OwnImage, OwnService, OwnTarget } from './own-targets.ts'
/** Splits a run by time for `vitest run --shard`, where `mailrig run --shard` does it by itself: `sequence: { sequencer }`. */
export { MailrigSequencer } from './sequencer.ts'

/**
 * The releases that a run was asked for, `mailrig run --release`, where the configuration names none: names, separated by
 * commas.
 */
export const RELEASES_VARIABLE = 'MAILRIG_RELEASES'

/** The same for mail stores, `mailrig run --store`. */
export const STORES_VARIABLE = 'MAILRIG_STORES'

function askedIn(variable: string): readonly string[] | undefined {
  return process.env[variable]?.split(',')
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** Provisions the engine, builds the images, and cleans up when the run ends. Put it into `test.globalSetup`. */
export const mailrigGlobalSetup: string = fileURLToPath(new URL(`./global-setup.${extension}`, import.meta.url))

/** MiB. A worker lives long and drops nearly all it makes: with V8's own sizes it collects often, at 6 % of its time. */
const YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=32']

/**
 * One vitest project for each MTA and release, named `<mta>-<release>`; with another store than Dovecot,
 * `<mta>-<release>-<store>`; and `<name>@<release>`, `<name>@image` or `<name>@compose` for each of `targets`.
 *
 * @throws {InputError} TARGET_OPTIONS for a name that cannot be that of a target, or options that are none.
 * @example
 * export default defineConfig({ test: { globalSetup: [mailrigGlobalSetup], projects: mailrigProjects() } })
 */
export function mailrigProjects(options: MatrixOptions = {}): TestProjectInlineConfiguration[] {
  for (const server of options.servers ?? []) addServer(server)
  const {
    include = ['**/*.scenario.?(m)[jt]s', '**/*.smtp'],
    mtas = MTA_NAMES,
    releases = askedIn(RELEASES_VARIABLE) ?? DEFAULT_RELEASES,
    stores = askedIn(STORES_VARIABLE) ?? [DEFAULT_STORE.name],
    testTimeout,
  } = options
  // A worker keeps its networks, resolver and upstream from file to file, and to the next project; each file still boots
  // its own servers.
  const pool = lastingForks()
  const targets = Object.keys(options.targets ?? {})
  const shared = { servers: addedModules(), ...(targets.length > 0 ? { targets } : {}) }
  const cells: MatrixCell[] = [
    ...mtas.flatMap((mta) => releases.flatMap((release) => stores.map((store) => ({ mta, release, store })))),
    ...ownCells(options.targets ?? {}, releases),
  ]
  return cells.map((cell) => ({
    extends: true as const,
    plugins: [sessionFilePlugin()],
    test: {
      name: projectName(cell),
      include,
      pool,
      isolate: false,
      execArgv: YOUNG_GENERATION,
      // 0: none of vitest's. The rig bounds its tests by time as an idle machine would have given it.
      testTimeout: testTimeout ?? 0,
      // Ends what hangs; what is waited for in hooks has bounds of its own.
      hookTimeout: 600_000,
      provide: {
        mailrig: { ...cell, ...shared },
      },
    },
  }))
}
