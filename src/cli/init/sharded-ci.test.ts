import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { ciFiles } from '../../../scripts/deploy/write.ts'
import { parseShard } from '../../shards/shard.ts'
import { commandsOf } from './package-manager.ts'
import { shardedGithubWorkflow, shardedGitlabPipeline } from './sharded-ci.ts'

interface Job {
  strategy: { matrix: { shard: number[] } }
  steps: { run?: string; uses?: string; with?: { path: string } }[]
}

it('GitHub has a job for each shard, and each has a number of its own', () => {
  const { jobs } = parse(shardedGithubWorkflow(commandsOf('npm'), 3)) as { jobs: Record<string, Job> }
  const command = jobs.mail?.steps.flatMap(({ run = '' }) => (run.includes('mailrig run') ? [run] : [])).join() ?? ''
  const shards = jobs.mail?.strategy.matrix.shard.map((shard) => {
    const [, text = ''] = /--shard (\S+)/.exec(command.replace(/\$\{\{ matrix\.shard \}\}/, String(shard))) ?? []
    return parseShard(text)
  })
  expect(shards).toEqual([1, 2, 3].map((index) => ({ index, count: 3 })))
})

it('GitLab has as many, and they are told their number by the environment', () => {
  const { mail, 'mail-report': report } = parse(shardedGitlabPipeline(commandsOf('npm'), 3)) as Record<
    string,
    { parallel?: number; script: string[] }
  >
  expect(mail?.parallel).toBe(3)
  expect(mail?.script.at(-1)).toContain('--shard auto')
  expect(report?.script.at(-1)).toBe('npx mailrig report --html report shard-*/run.json')
})

it('deploy/ and docs/ci.md have them as `mailrig init --shards 4` writes them', async () => {
  const files = Object.entries(ciFiles())
  expect(files).toHaveLength(2)
  for (const [path, text] of files) expect(await readFile(path, 'utf8'), path).toBe(text)
  const page = await readFile(new URL('../../../docs/ci.md', import.meta.url), 'utf8')
  for (const [, text] of files) expect(page).toContain(`\`\`\`yaml\n${text}\`\`\`\n`)
})
