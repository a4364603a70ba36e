import { InputError } from '../errors/mailrig-error.ts'

export interface Problem {
  /** Where in the topology, e.g. `domains["example.com"].aliases.sales`. */
  path: string
  message: string
  /** What is wrong is the key itself, not its value. */
  ofKey?: boolean
}

/** The topology is wrong. `problems` has every place, so that one run shows all of them. */
export class TopologyError extends InputError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const lines = problems.map((problem) => `  ${problem.path || 'topology'}: ${problem.message}`)
    super(`the topology is wrong in ${problems.length} place${problems.length === 1 ? '' : 's'}\n${lines.join('\n')}`, {
      code: 'TOPOLOGY_INVALID',
      remedy: 'Correct the places named above; nothing was started. docs/topology.md lists what is allowed.',
    })
    this.problems = problems
  }
}
