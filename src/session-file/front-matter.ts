import { oneOfThese } from '../errors/did-you-mean.ts'
import { duplicateProblems } from '../topology/duplicates.ts'
import { problemsIn } from '../topology/issues.ts'
import { placedProblems } from '../topology/placed-problems.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { topologySchema } from '../topology/schema.ts'
import { parseTopology, TopologyError } from '../topology/topology.ts'
import type { PlacedProblem } from '../yaml/place.ts'
import { type PlacedYaml, readYaml } from '../yaml/read-yaml.ts'
import { ABOUT_EXAMPLES, aboutSchema } from './front-matter-schema.ts'
import type { FrontMatter } from './statement.ts'

const ABOUT = Object.keys(aboutSchema().shape)
const TOPOLOGY = Object.keys(topologySchema().shape)

/** Reads and checks the YAML between the two `---`. `problems` has every wrong place. */
export function readFrontMatter(text: string, first: number): { front: FrontMatter; problems: PlacedProblem[] } {
  const none: FrontMatter = { topology: {} }
  const yaml = readYaml(text, first)
  if (yaml.problems.length > 0) return { front: none, problems: yaml.problems }
  const value = yaml.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    const message = `found ${JSON.stringify(value)}, expected keys and values such as "title: …"`
    return { front: none, problems: [{ place: yaml.placeOf([]), message }] }
  }
  return readKeys(value as Record<string, unknown>, yaml)
}

function readKeys(value: Record<string, unknown>, yaml: PlacedYaml) {
  const { topology: nested, ...keys } = value
  const about = Object.fromEntries(Object.entries(keys).filter(([key]) => ABOUT.includes(key)))
  const beside = Object.fromEntries(Object.entries(keys).filter(([key]) => TOPOLOGY.includes(key)))
  const problems: PlacedProblem[] = []
  for (const key of Object.keys(keys)) {
    if (ABOUT.includes(key) || TOPOLOGY.includes(key)) continue
    problems.push({
      place: yaml.placeOfKey([key]),
      message: `found ${JSON.stringify(key)}, expected a key of the front matter; ${oneOfThese(key, [...ABOUT, 'topology', ...TOPOLOGY])}`,
    })
  }
  const [both] = Object.keys(beside)
  if (nested !== undefined && both !== undefined) {
    const message = `found ${JSON.stringify(both)} beside "topology", expected all of the topology in one place`
    problems.push({ place: yaml.placeOfKey([both]), message })
  }
  const topology = (nested ?? beside) as Record<string, unknown>
  const schema = aboutSchema()
  const checked = schema.safeParse(about)
  const aboutProblems = [
    ...problemsIn(schema, checked.error?.issues ?? [], about, ABOUT_EXAMPLES),
    ...duplicateProblems(schema, about),
  ]
  problems.push(...placedProblems(aboutProblems, yaml))
  problems.push(...topologyProblems(topology, nested === undefined ? [] : ['topology'], yaml))
  const { needs, ...rest } = checked.data ?? {}
  const front: FrontMatter = {
    ...rest,
    ...(needs ? { needs: Array.isArray(needs) ? { features: needs } : needs } : {}),
    topology,
  }
  return { front, problems }
}

function topologyProblems(topology: unknown, under: string[], yaml: PlacedYaml): PlacedProblem[] {
  try {
    parseTopology(topology as TopologyInput)
    return []
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error
    return placedProblems(error.problems, yaml, { under })
  }
}
