import { InputError } from '../errors/mailrig-error.ts'

/** One of the parts into which a run is split. */
export interface Shard {
  /** From 1. */
  index: number
  /** Into how many the run is split. */
  count: number
}

/** Where engines that start many jobs say which of them this one is; `first` is the number of the first. */
const ENVIRONMENTS = [
  // Set by nobody but who starts the jobs: `2/4`.
  { one: 'MAILRIG_SHARD' },
  // GitLab's `parallel:`. https://docs.gitlab.com/ci/variables/predefined_variables/
  { index: 'CI_NODE_INDEX', count: 'CI_NODE_TOTAL', first: 1 },
  // An Indexed Job of Kubernetes; how many there are it does not say. The manifest in deploy/kubernetes does.
  { index: 'JOB_COMPLETION_INDEX', count: 'JOB_COMPLETIONS', first: 0 },
] as const

/** The same for a command line, a document and an error. */
export function shardName({ index, count }: Shard): string {
  return `${index}/${count}`
}

/**
 * @param text `2/4`, or `auto`: as the environment says
 * @throws {InputError} SHARD_OPTION
 */
export function parseShard(text: string, env: NodeJS.ProcessEnv = process.env): Shard {
  return text === 'auto' ? shardOfEnvironment(env) : readShard(text, '--shard')
}

function shardOfEnvironment(env: NodeJS.ProcessEnv): Shard {
  for (const names of ENVIRONMENTS) {
    if ('one' in names) {
      const text = env[names.one]
      if (text) return readShard(text, names.one)
      continue
    }
    const [index, count] = [env[names.index], env[names.count]]
    if (!index) continue
    if (!count) throw wrong(`${names.index} is ${index}, and ${names.count} is not set`, `Set ${names.count}, too.`)
    const number = /^\d+$/.test(index) ? Number(index) - names.first + 1 : index
    return readShard(`${number}/${count}`, `${names.index} and ${names.count}`)
  }
  const names = ENVIRONMENTS.map((one) => ('one' in one ? one.one : `${one.index} with ${one.count}`))
  throw wrong('--shard auto: the environment does not say which shard this is', `Set one of ${names.join(', ')}.`)
}

function readShard(text: string, where: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  if (shard.index >= 1 && shard.index <= shard.count) return shard
  throw wrong(
    `${where} is ${JSON.stringify(text)}; expected is i/n, of which i is from 1 to n`,
    'Write it as 2/4: the second of four.',
  )
}

function wrong(message: string, remedy: string): InputError {
  return new InputError(message, { code: 'SHARD_OPTION', remedy })
}
