import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseShard } from '../src/shards/shard.ts'
import { ROOT, start } from './run-command.ts'

// What deploy/swarm tells Docker, and what its tasks make of what Docker tells them: with programs that write down how they
// were called in place of docker and mailrig.

const RUN = join(ROOT, 'deploy/swarm/run.sh')
const SHARD = join(ROOT, 'deploy/swarm/shard.sh')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-swarm-'))
  const writesDown = `#!/bin/sh\nprintf '%s\\n' "shard=\${MAILRIG_SHARD:-}" "$@" > ${folder}/called\nexit \${CODE:-0}\n`
  for (const name of ['docker', 'mailrig']) {
    await writeFile(join(folder, name), writesDown)
    await chmod(join(folder, name), 0o755)
  }
})
afterAll(() => rm(folder, { recursive: true }))

async function called(script: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const path = `${folder}:${process.env.PATH}`
  const { code, stderr } = await start('sh', [script, ...args], { env: { GROUP: '99', ...env, PATH: path } }).outcome
  const words = (await readFile(join(folder, 'called'), 'utf8').catch(() => '')).trimEnd().split('\n')
  await rm(join(folder, 'called'), { force: true })
  return { code, stderr, words }
}

describe('run.sh', () => {
  it('makes a job of as many tasks as shards, and hands on what mailrig run is told', async () => {
    const { code, words } = await called(RUN, ['mailrig/mailrig:x', '4', '--mta', 'postfix', 'mail'])
    expect(code).toBe(0)
    const after = (word: string) => words[words.indexOf(word) + 1]
    expect([after('--mode'), after('--replicas'), after('--max-concurrent')]).toEqual(['replicated-job', '4', '4'])
    expect(words).toContain('MAILRIG_SHARDS=4')
    expect(words).toContain('MAILRIG_SLOT={{.Task.Slot}}')
    expect(words.slice(-4)).toEqual(['shard', '--mta', 'postfix', 'mail'])
  })

  it.each([[[]], [['image']], [['image', 'four']], [['image', '0']]])('refuses %j', async (args) => {
    expect(await called(RUN, args)).toMatchObject({ code: 2, words: [''] })
  })
})

describe('shard.sh', () => {
  it.each([
    // What Docker 20.10 was seen to write for the first task of a job: the id of its node.
    ['ficadeihcn7qm6n3d1iqb1k5f', 1],
    ['', 1],
    ['1', 2],
    ['3', 4],
  ])('a task whose slot is %j is shard %i', async (slot, index) => {
    const { words } = await called(SHARD, ['mail'], { MAILRIG_SLOT: slot, MAILRIG_SHARDS: '4' })
    expect(parseShard(words[0]?.replace('shard=', '') ?? '')).toEqual({ index, count: 4 })
    expect(words.slice(1)).toEqual(['run', '--shard', 'auto', '--report', `shards/${index}`, 'mail'])
  })

  it.each([
    ['0', 0],
    ['1', 0],
    ['2', 0],
    ['3', 3],
    ['137', 137],
  ])('makes of the exit code %s %i: only what is worth it is tried again', async (CODE, code) => {
    expect((await called(SHARD, [], { CODE, MAILRIG_SLOT: '1', MAILRIG_SHARDS: '2' })).code).toBe(code)
  })
})
