import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createVitest, type TestUserConfig, type Vitest, type VitestOptions } from 'vitest/node'
import { InputError } from '../errors/mailrig-error.ts'
import { mailrigGlobalSetup, mailrigProjects } from '../vitest/config.ts'
import { configLoader } from './config-loader.ts'
import { isConfigured } from './scenario-root.ts'

/** mailrig's own folder, of sources or built. */
const OWN = fileURLToPath(new URL('..', import.meta.url))
const INDEX = `index${extname(import.meta.url)}`

/** Where the scenarios have no configuration. This mailrig is the one they import, whatever is installed beside them. */
const OWN_CONFIG = {
  config: false as const,
  globalSetup: [mailrigGlobalSetup],
  // As Node reads an installed package: one copy for scenarios, workers and plugins.
  server: { deps: { external: [new RegExp(`^${OWN.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)] } },
}
const OWN_VITE = {
  resolve: {
    alias: [
      { find: /^mailrig\/vitest$/, replacement: join(OWN, 'vitest', INDEX) },
      { find: /^mailrig$/, replacement: join(OWN, INDEX) },
    ],
  },
}

export interface ScenarioVitest {
  root: string
  /** Projects, by their names. */
  names: readonly string[]
  /** What else the run is to be. */
  config?: TestUserConfig
  /** Where it writes. */
  streams?: VitestOptions
}

/**
 * Vitest as it runs scenarios: with the project's own configuration where it has one, else with mailrig's.
 *
 * @throws {InputError} NOT_CONFIGURED where its configuration has no such project
 */
export async function scenarioVitest({ root, names, config = {}, streams = {} }: ScenarioVitest): Promise<Vitest> {
  const configured = isConfigured(root)
  return createVitest(
    {
      run: true,
      watch: false,
      root,
      ...configLoader(root),
      project: [...names],
      ...(configured ? {} : { ...OWN_CONFIG, projects: mailrigProjects() }),
      ...config,
    },
    configured ? {} : OWN_VITE,
    streams,
  ).catch((error: unknown) => {
    if (error instanceof Error && /No projects/.test(error.message)) throw notConfigured(names, root)
    throw configured ? unreadable(error, root) : error
  })
}

export function notConfigured(names: readonly string[], root: string): InputError {
  const projects = names.length === 1 ? `no project ${names[0]}` : `no projects ${names.join(', ')}`
  return new InputError(`the vitest configuration in ${root} has ${projects}`, {
    code: 'NOT_CONFIGURED',
    remedy: 'Add the servers to `mtas`, `releases` or `stores` of mailrigProjects there, or leave them out here.',
  })
}

/** @throws {InputError} NO_SUCH_PATH for what is not there */
export function noSuchPath(path: string): InputError {
  return new InputError(`there is no file or folder ${JSON.stringify(path)}`, {
    code: 'NO_SUCH_PATH',
    remedy: 'Give the path of a scenario file or of a folder that holds some, e.g. scenarios/aliases.',
  })
}

/** What the project's own configuration cannot do, such as to import a module that is not there, is no fault of mailrig. */
function unreadable(error: unknown, root: string): unknown {
  // One of mailrig's, whichever copy of it threw it, says already what to do.
  if (!(error instanceof Error) || 'remedy' in error) return error
  const said = error.message
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, 6)
  return new InputError(
    [`the vitest configuration in ${root} cannot be loaded:`, ...said.map((line) => `  ${line}`)].join('\n'),
    {
      code: 'VITEST_CONFIG',
      remedy: 'Correct it; `npx vitest list` shows whether vitest can load it.',
      cause: error,
    },
  )
}

export function noScenarios(paths: readonly string[]): InputError {
  const misnamed = paths.find((path) => /\.[jt]s$/.test(path) && !/\.scenario\.[jt]s$/.test(path))
  if (misnamed !== undefined) {
    const right = basename(misnamed).replace(/(?:\.(?:test|spec))?(\.[jt]s)$/, '.scenario$1')
    return new InputError(`${misnamed} is not named as a scenario`, {
      code: 'NO_SCENARIOS',
      remedy: `If it is one, rename it: ${right}.`,
    })
  }
  return new InputError(`there is no scenario in ${paths.length === 0 ? process.cwd() : paths.join(', ')}`, {
    code: 'NO_SCENARIOS',
    remedy:
      'A scenario is a file named *.scenario.ts, *.scenario.js or *.smtp. `mailrig init` writes some to begin with.',
  })
}
