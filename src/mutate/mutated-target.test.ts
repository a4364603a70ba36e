import { expect, it } from 'vitest'
import type { Mutation } from '../servers/mutation.ts'
import type { Surroundings } from '../surroundings/surroundings.ts'
import type { Target, TargetPlan } from '../targets/target.ts'
import { parseTopology } from '../topology/topology.ts'
import { mutantsOf } from './mutant.ts'
import { configurationOf, mutatedTarget } from './mutated-target.ts'

const mutation: Mutation = { formatOf: (path) => (path.endsWith('.cf') ? 'parameters' : undefined) }
const CF = '/etc/x.cf'
const topology = parseTopology({})

/** A target with one host, whose server has one configuration file and a key. */
function target(text: string): Target {
  const files = [
    { path: CF, content: text },
    { path: '/etc/x.pem', content: text },
  ]
  const server = { role: 'mta', server: { name: 'x', mutation }, release: 'r', files, logIsKnown: true } as const
  const host = { name: 'x', files, servers: [{ ...server, render: () => files }] }
  return { name: 'x-r', source: async () => ({ hosts: [host] }) as unknown as TargetPlan }
}

const source = (of: Target) => of.source({} as Surroundings, topology)
const [, flip] = mutantsOf('x', mutation, CF, 'biff = yes\n').map(({ mutant }) => mutant)
const rule = { id: flip?.id ?? '', server: 'x', path: CF }

it('changes the file on the host, of its server, and what is rendered while it runs, and nothing else', async () => {
  const plan = await source(mutatedTarget(target('biff = yes\n'), rule))
  const [host] = plan.hosts
  const changed = [
    { path: CF, content: 'biff = no\n' },
    { path: '/etc/x.pem', content: 'biff = yes\n' },
  ]
  expect(host?.files).toEqual(changed)
  const [carried] = host?.servers ?? []
  expect(carried?.files).toEqual(changed)
  expect(carried?.role === 'mta' && carried.render?.(topology)).toEqual(changed)
})

it('starts nothing where the lines of the mutant are not there', async () => {
  await expect(source(mutatedTarget(target('biff = no\n'), rule))).rejects.toMatchObject({ code: 'MUTANT_ABSENT' })
  await expect(source(mutatedTarget(target('biff = yes\n'), { ...rule, server: 'y' }))).rejects.toThrow(rule.id)
})

it('leaves all as it is without a mutant, and tells which files could be changed', async () => {
  const plans: TargetPlan[] = []
  const plan = await source(mutatedTarget(target('biff = yes\n'), undefined, (made) => plans.push(made)))
  expect(plans).toEqual([plan])
  expect(configurationOf(plan)).toEqual([{ server: 'x', path: CF, content: 'biff = yes\n' }])
})
