import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { ServerFile } from '../servers/rendering.ts'
import type { CarriedServer, PlannedHost, Target, TargetPlan } from '../targets/target.ts'
import { type Mutant, mutated } from './mutant.ts'

/** A configuration file of a server, as a rig has it. */
export interface ConfigurationFile {
  server: string
  path: string
  content: string
}

/** Which mutant; the rest of it concerns only who reads about it. */
export type MutantRule = Pick<Mutant, 'id' | 'server' | 'path'>

/** The configuration files of a plan that can be changed. */
export function configurationOf({ hosts }: TargetPlan): ConfigurationFile[] {
  return hosts.flatMap(({ servers }) =>
    servers.flatMap(({ server, files }) =>
      files.flatMap(({ path, content }) =>
        server.mutation?.formatOf(path) === undefined
          ? []
          : [{ server: server.name, path, content: content.toString() }],
      ),
    ),
  )
}

/**
 * The target with one mutant in the files of its hosts, and in those that are rendered while it runs.
 *
 * @param onPlan told of the plan, before anything starts
 * @throws {UnsupportedError} MUTANT_ABSENT from its source, where no file holds the lines of the mutant: nothing starts.
 */
export function mutatedTarget(
  target: Target,
  rule: MutantRule | undefined,
  onPlan: (plan: TargetPlan) => void = () => undefined,
): Target {
  return {
    name: target.name,
    source: async (surroundings, topology) => {
      const plan = await target.source(surroundings, topology)
      onPlan(plan)
      return rule ? mutatedPlan(plan, rule) : plan
    },
  }
}

function mutatedPlan(plan: TargetPlan, rule: MutantRule): TargetPlan {
  let applied = false
  const hosts = plan.hosts.map((host): PlannedHost => {
    const carried = host.servers.find(({ server }) => server.name === rule.server)
    if (!carried) return host
    const change = changeFor(carried, rule)
    const files = change(host.files)
    if (files.every((file, index) => file === host.files[index])) return host
    applied = true
    return { ...host, files, servers: host.servers.map((one) => (one === carried ? changed(one, change) : one)) }
  })
  if (applied) return { ...plan, hosts }
  throw new UnsupportedError(`the configuration of this rig does not hold the lines of the mutant ${rule.id}`, {
    code: 'MUTANT_ABSENT',
    remedy: 'Nothing is to be done: the mutant is tried with the tests whose configuration holds them.',
  })
}

type Edit = (files: readonly ServerFile[]) => ServerFile[]

function changed(carried: CarriedServer, change: Edit): CarriedServer {
  if (carried.role === 'store') return { ...carried, files: change(carried.files) }
  const { render, files } = carried
  return {
    ...carried,
    files: change(files),
    ...(render ? { render: (topology) => change(render(topology)) } : {}),
  }
}

function changeFor({ server }: CarriedServer, { id, path }: MutantRule): Edit {
  const { mutation, name } = server
  return (files) =>
    files.map((file) => {
      if (file.path !== path || mutation === undefined) return file
      const content = mutated(id, { server: name, mutation, path, text: file.content.toString() })
      return content === undefined ? file : { ...file, content }
    })
}
