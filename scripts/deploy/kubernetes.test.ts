import { readFile } from 'node:fs/promises'
import { type IJob, Job } from 'kubernetes-models/batch/v1'
import { PersistentVolumeClaim } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createProgram } from '../../src/cli/program.ts'
import { EXIT } from '../../src/errors/mailrig-error.ts'
import { parseShard } from '../../src/shards/shard.ts'
import { claim, report, shards } from './kubernetes.ts'

const folder = new URL('../../deploy/kubernetes/', import.meta.url)
const read = async (name: string) => parse(await readFile(new URL(name, folder), 'utf8')) as IJob

/** What the published schema says of a job; empty where it is right. */
function faultsOf(job: IJob): string {
  try {
    new Job(job).validate()
    return ''
  } catch (error) {
    return String((error as Error).message).replaceAll("'", '')
  }
}

it('deploy/kubernetes is as it was written here', async () => {
  expect(await read('claim.yaml')).toEqual(claim)
  expect(await read('shards.yaml')).toEqual(shards)
  expect(await read('report.yaml')).toEqual(report)
})

describe('the schemas that Kubernetes publishes', () => {
  it('take the manifests', async () => {
    for (const name of ['shards.yaml', 'report.yaml']) expect(faultsOf(await read(name)), name).toBe('')
    expect(() => new PersistentVolumeClaim(claim).validate()).not.toThrow()
  })

  it.each([
    ['a number that is none', '"completions":4', '"completions":"4"', 'completions must be integer'],
    ['a rule without an operator', '"operator":"In",', '', "must have required property 'operator'"],
    ['a container without a name', '"name":"mailrig","args"', '"args"', "must have required property 'name'"],
  ])('would find %s', (_, right, wrong, words) => {
    const text = JSON.stringify(shards)
    expect(text).toContain(right)
    expect(faultsOf(JSON.parse(text.replace(right, wrong)))).toContain(words.replaceAll("'", ''))
  })
})

describe('the job of shards', () => {
  const rules = shards.spec?.podFailurePolicy?.rules ?? []
  const actionOn = (code: number) => rules.find(({ onExitCodes }) => onExitCodes?.values.includes(code))?.action

  it('tries no verdict again, and an engine that is broken', () => {
    expect([EXIT.failed, EXIT.badInput, EXIT.engine].map(actionOn)).toEqual(['FailIndex', 'FailIndex', 'Count'])
    // Kubernetes takes these rules only with both.
    expect(shards.spec).toMatchObject({ completionMode: 'Indexed', backoffLimitPerIndex: 2 })
    expect(shards.spec?.template.spec?.restartPolicy).toBe('Never')
  })

  it('tells each pod which shard it is', () => {
    const { completions = 0, template } = shards.spec ?? {}
    const [container] = template?.spec?.containers ?? []
    const own = Object.fromEntries((container?.env ?? []).map(({ name, value = '' }) => [name, value]))
    const told = Array.from({ length: completions }, (_, index) =>
      parseShard('auto', { ...own, JOB_COMPLETION_INDEX: String(index) }),
    )
    expect(told).toEqual([1, 2, 3, 4].map((index) => ({ index, count: 4 })))
  })

  it('has no command and no option that mailrig does not know', () => {
    const known = new Map(createProgram().commands.map((one) => [one.name(), one.options.map(({ long }) => long)]))
    const { initContainers = [], containers = [] } = shards.spec?.template.spec ?? {}
    const used = [...initContainers, ...containers].filter(({ name }) => name !== 'engine').map(({ args = [] }) => args)
    expect(used).toHaveLength(2)
    for (const [command = '', ...rest] of used) {
      const options = rest.filter((word) => word.startsWith('--'))
      expect(known.get(command)).toEqual(expect.arrayContaining(options))
    }
  })
})
