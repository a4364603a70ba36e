import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { startVitest } from 'vitest/node'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import { mailrigGlobalSetup, mailrigProjects } from '../../vitest/config.ts'
import { chooseTargets } from '../choose.ts'

interface RunOptions {
  mta?: string
  release?: string
  name?: string
  json?: boolean
}

const CONFIG_FILES = ['vitest.config', 'vite.config'].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
)

/** Runs scenarios through vitest: with the project's own configuration where it has one, else with mailrig's. */
export async function run(paths: string[], options: RunOptions): Promise<void> {
  const targets = chooseTargets(options)
  for (const path of paths) {
    if (!existsSync(path)) {
      throw new InputError(`there is no file or folder ${JSON.stringify(path)}`, {
        code: 'NO_SUCH_PATH',
        remedy: 'Give the path of a scenario file or of a folder that holds some, e.g. scenarios/aliases.',
      })
    }
  }
  const configured = CONFIG_FILES.some((file) => existsSync(file))
  const vitest = await startVitest(
    'test',
    paths.map((path) => resolve(path)),
    {
      watch: false,
      project: targets.map(({ mta, release }) => `${mta.name}-${release}`),
      ...(options.name === undefined ? {} : { testNamePattern: options.name }),
      ...(options.json ? { reporters: ['json'] } : {}),
      ...(configured ? {} : { config: false, globalSetup: [mailrigGlobalSetup], projects: mailrigProjects() }),
    },
  )
  const failed = vitest.state.getCountOfFailedTests() > 0 || vitest.state.getUnhandledErrors().length > 0
  const none = vitest.state.getTestModules().length === 0
  await vitest.close()
  process.exitCode = none ? EXIT.badInput : failed || process.exitCode ? EXIT.failed : EXIT.ok
}
