import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { githubWorkflow, gitlabPipeline } from './continuous-integration.ts'
import { commandsOf } from './package-manager.ts'

interface Step {
  uses?: string
  with?: Record<string, unknown>
  run?: string
}

function stepsOf(text: string): Step[] {
  return (parse(text) as { jobs: { mail: { steps: Step[] } } }).jobs.mail.steps
}

describe('githubWorkflow', () => {
  it.each([
    ['npm', ['npm ci', 'npx vitest run'], 'package-lock.json'],
    ['pnpm', ['pnpm install --frozen-lockfile', 'pnpm exec vitest run'], 'pnpm-lock.yaml'],
    ['yarn', ['corepack enable', 'yarn install --frozen-lockfile', 'yarn vitest run'], 'yarn.lock'],
  ] as const)('installs and runs with %s', (name, commands, lockfile) => {
    const text = githubWorkflow(commandsOf(name))
    const steps = stepsOf(text)
    const runs = steps.flatMap(({ run = '' }) => (/^(?:npm|npx|pnpm|yarn|corepack) /.test(run) ? [run] : []))
    expect(runs).toEqual(commands)
    expect(text).toContain(`hashFiles('${lockfile}')`)
    expect(steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with).toEqual({
      'node-version': 24,
      cache: name,
    })
  })

  it('says which pnpm only where package.json does not', () => {
    const version = (pinned: boolean) =>
      stepsOf(githubWorkflow(commandsOf('pnpm', { pinned }))).find(({ uses }) => uses === 'pnpm/action-setup@v4')?.with
    expect(version(false)).toEqual({ version: 'latest' })
    expect(version(true)).toBeUndefined()
  })
})

it.each([
  ['npm', ['npm ci', 'npx vitest run']],
  ['pnpm', ['corepack enable', 'pnpm install --frozen-lockfile', 'pnpm exec vitest run']],
  ['yarn', ['corepack enable', 'yarn install --frozen-lockfile', 'yarn vitest run']],
] as const)('gitlabPipeline installs and runs with %s, and keeps the report', (name, script) => {
  expect(parse(gitlabPipeline(commandsOf(name)))).toMatchObject({
    mail: {
      script,
      variables: { MAILRIG_REPORT: '.mailrig/report' },
      artifacts: { when: 'always', paths: ['.mailrig/report/'], reports: { junit: '.mailrig/report/junit.xml' } },
    },
  })
})

it('docs/ci.md shows both as `mailrig init` writes them', async () => {
  const page = await readFile(new URL('../../../docs/ci.md', import.meta.url), 'utf8')
  for (const text of [githubWorkflow(commandsOf('npm')), gitlabPipeline(commandsOf('npm'))]) {
    expect(page).toContain(`\`\`\`yaml\n${text}\`\`\`\n`)
  }
})
