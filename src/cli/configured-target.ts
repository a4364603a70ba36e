import { existsSync } from 'node:fs'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { OwnConfiguration } from '../report/provided-context.ts'
import { isConfigured, scenarioRoot } from './scenario-root.ts'

/** A target of the vitest configuration. */
export interface ConfiguredTarget {
  source: OwnConfiguration
  /** Those that it runs on there. */
  releases: string[]
}

/**
 * The target of that name in the vitest configuration of the working directory; undefined where the word is a folder, or
 * there is no configuration.
 *
 * @throws {InputError} TARGET_UNKNOWN where the configuration has none of that name
 */
export async function configuredTarget(name: string): Promise<ConfiguredTarget | undefined> {
  const root = scenarioRoot([])
  if (existsSync(name) || !/^[a-z][\w-]*$/i.test(name) || !isConfigured(root)) return undefined
  // First of all: without vitest, Node would stop at what is imported then.
  await import('../vitest/check-requirements.ts')
  const { configuredCells } = await import('./configured-cells.ts')
  const own = await configuredCells(root)
  const named = own.filter(({ mta }) => mta === name)
  const source = named[0]?.adopted
  if (source !== undefined) return { source, releases: named.map(({ release }) => release) }
  const names = [...new Set(own.map(({ mta }) => mta))]
  const known = names.length === 0 ? 'it declares none' : oneOfThese(name, names)
  throw new InputError(
    `there is no folder ${name}, and the vitest configuration in ${root} has no target ${JSON.stringify(name)}; ${known}`,
    {
      code: 'TARGET_UNKNOWN',
      remedy: 'Name a folder laid out as /etc, or a target of the configuration.',
    },
  )
}
