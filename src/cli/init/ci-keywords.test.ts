import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { createProgram } from '../program.ts'
import { githubWorkflow, gitlabPipeline } from './continuous-integration.ts'
import { commandsOf, PACKAGE_MANAGERS } from './package-manager.ts'
import { shardedGithubWorkflow, shardedGitlabPipeline } from './sharded-ci.ts'

// Neither service runs here. So each word that they read is held against what their references say:
// docs.github.com, "Workflow syntax for GitHub Actions"; the action.yml of each action, of that major version;
// docs.gitlab.com, "CI/CD YAML syntax reference".

const WORKFLOW = ['name', 'run-name', 'on', 'permissions', 'env', 'defaults', 'concurrency', 'jobs']
const EVENTS = ['push', 'pull_request', 'schedule', 'workflow_dispatch']
const JOB =
  'name permissions needs if runs-on environment concurrency outputs env defaults steps timeout-minutes strategy'
const STEP = 'id if name uses run working-directory shell with env continue-on-error timeout-minutes'.split(' ')
/** Action → its inputs. */
const ACTIONS: Record<string, string> = {
  'actions/checkout@v4': 'repository ref token path fetch-depth',
  'actions/setup-node@v4': 'node-version node-version-file check-latest cache cache-dependency-path registry-url',
  'actions/cache@v4': 'path key restore-keys enableCrossOsArchive fail-on-cache-miss lookup-only',
  'actions/upload-artifact@v4':
    'name path if-no-files-found retention-days compression-level overwrite include-hidden-files',
  'actions/download-artifact@v4': 'name artifact-ids path pattern merge-multiple github-token repository run-id',
  'pnpm/action-setup@v4': 'version dest run_install cache cache_dependency_path package_json_file standalone',
}
/** What stands in `${{ }}` and in `if`: functions, and where values come from. */
const EXPRESSION = /^(?:hashFiles\('[\w.-]+'\)|always\(\)|matrix\.\w+|steps\.\w+\.outputs\.[\w-]+(?: [!=]= 'true')?)$/

const PIPELINE_JOB =
  'image services variables script before_script after_script artifacts cache needs rules stage tags timeout parallel when'
const SERVICE = ['name', 'alias', 'entrypoint', 'command', 'variables', 'pull_policy']
const ARTIFACTS = ['paths', 'exclude', 'expire_in', 'expose_as', 'name', 'public', 'reports', 'untracked', 'when']

type Block = Record<string, unknown>

/** Words of a block that nobody knows. */
function unknownIn(block: object, known: string | readonly string[], where: string): string[] {
  const words = typeof known === 'string' ? known.split(' ') : known
  return Object.keys(block).flatMap((word) => (words.includes(word) ? [] : [`${where}: ${word}`]))
}

function read(text: string): Block {
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2' })
  expect(document.errors).toEqual([])
  return document.toJS() as Block
}

interface Step extends Block {
  id?: string
  if?: string
  uses?: string
  run?: string
  with?: Block
}

interface Job extends Block {
  needs?: string
  steps: Step[]
  strategy?: { matrix: Block }
}

/** What is wrong with a workflow of GitHub; nothing for one that is right. */
function faultsOfWorkflow(text: string): string[] {
  const workflow = read(text) as { on: object; jobs: Record<string, Job> }
  const events = Array.isArray(workflow.on) ? workflow.on : Object.keys(workflow.on)
  return [
    ...unknownIn(workflow, WORKFLOW, 'workflow'),
    ...events.filter((event) => !EVENTS.includes(event)).map((event) => `event: ${event}`),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => [
      ...unknownIn(job, JOB, name),
      ...(job.needs === undefined || job.needs in workflow.jobs ? [] : [`${name} needs ${job.needs}`]),
      ...job.steps.flatMap((step) => faultsOfStep(step, job)),
    ]),
  ]
}

function faultsOfStep(step: Step, job: Job): string[] {
  const { uses, run, if: condition, with: inputs = {} } = step
  const where = uses ?? run ?? ''
  const texts = [...Object.values(inputs).map(String), run ?? ''].flatMap((text) =>
    [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, expression = '']) => expression),
  )
  const expressions = condition === undefined ? texts : [...texts, condition]
  const ids = expressions.flatMap((text) => /^steps\.(\w+)/.exec(text)?.[1] ?? [])
  const axes = expressions.flatMap((text) => /^matrix\.(\w+)/.exec(text)?.[1] ?? [])
  return [
    ...unknownIn(step, STEP, where),
    ...((uses === undefined) === (run === undefined) ? [`${where}: either uses or run`] : []),
    ...(uses === undefined ? [] : unknownIn(inputs, ACTIONS[uses] ?? '', uses)),
    ...(uses !== undefined && !(uses in ACTIONS) ? [`no such action: ${uses}`] : []),
    ...expressions.filter((text) => !EXPRESSION.test(text)).map((text) => `${where}: ${text}`),
    ...ids.filter((id) => !job.steps.some((other) => other.id === id)).map((id) => `no step ${id}`),
    ...axes.filter((axis) => !(axis in (job.strategy?.matrix ?? {}))).map((axis) => `no axis ${axis}`),
  ]
}

interface PipelineJob extends Block {
  needs?: string[]
  services?: Block[]
  artifacts?: Block & { reports?: Block }
}

/** What is wrong with a pipeline of GitLab. */
function faultsOfPipeline(text: string): string[] {
  const jobs = read(text) as Record<string, PipelineJob>
  return Object.entries(jobs).flatMap(([name, job]) => {
    const { services = [], artifacts = {}, needs = [], script } = job
    return [
      ...needs.filter((needed) => !(needed in jobs)).map((needed) => `${name} needs ${needed}`),
      ...unknownIn(job, PIPELINE_JOB, name),
      ...services.flatMap((service) => unknownIn(service, SERVICE, `${name}.services`)),
      ...unknownIn(artifacts, ARTIFACTS, `${name}.artifacts`),
      ...unknownIn(artifacts.reports ?? {}, ['junit', 'dotenv'], `${name}.artifacts.reports`),
      ...(Array.isArray(script) ? [] : [`${name}: no script`]),
    ]
  })
}

const PAGES = ['docs/ci.md', 'docs/how-to/check-in-ci.md']
const page = (
  await Promise.all(PAGES.map((name) => readFile(new URL(`../../../${name}`, import.meta.url), 'utf8')))
).join('\n')
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
const isWorkflow = (text: string) => /^jobs:/m.test(text)

const workflows = [
  ...PACKAGE_MANAGERS.map((name) => [`of init for ${name}`, githubWorkflow(commandsOf(name))] as const),
  ...PACKAGE_MANAGERS.map(
    (name) => [`of init for ${name}, in shards`, shardedGithubWorkflow(commandsOf(name), 3)] as const,
  ),
  ...blocks.filter(isWorkflow).map((text, index) => [`${index + 1} of the pages`, text] as const),
]
const pipelines = [
  ...PACKAGE_MANAGERS.map((name) => [`of init for ${name}`, gitlabPipeline(commandsOf(name))] as const),
  ...PACKAGE_MANAGERS.map(
    (name) => [`of init for ${name}, in shards`, shardedGitlabPipeline(commandsOf(name), 3)] as const,
  ),
  ...blocks.filter((text) => !isWorkflow(text)).map((text, index) => [`${index + 1} of the pages`, text] as const),
]

describe('workflows of GitHub', () => {
  it('has those of the pages', () => expect([workflows.length, pipelines.length]).toEqual([10, 9]))

  it.each(workflows)('knows every word of the workflow %s', (_, text) => {
    expect(faultsOfWorkflow(text)).toEqual([])
  })

  it.each([
    ['runs-on:', 'run-on:', 'mail: run-on'],
    ['include-hidden-files:', 'hidden-files:', 'actions/upload-artifact@v4: hidden-files'],
    ['actions/cache@v4', 'actions/cash@v4', 'no such action: actions/cash@v4'],
    ['id: images', 'id: image', 'no step images'],
    ['hashFiles(', 'hashFile(', "actions/cache@v4: hashFile('package-lock.json')"],
    ['push:', 'pushed:', 'event: pushed'],
  ])('would find %s written as %s', (right, wrong, fault) => {
    expect(faultsOfWorkflow(githubWorkflow(commandsOf('npm')).replace(right, wrong))).toContain(fault)
  })

  it.each([
    ['        shard: [', '        part: [', 'no axis shard'],
    ['needs: mail', 'needs: mails', 'report needs mails'],
    ['pattern:', 'patterns:', 'actions/download-artifact@v4: patterns'],
  ])('would find %s of shards written as %s', (right, wrong, fault) => {
    expect(faultsOfWorkflow(shardedGithubWorkflow(commandsOf('npm'), 3).replace(right, wrong))).toContain(fault)
  })
})

describe('pipelines of GitLab', () => {
  it.each(pipelines)('knows every word of the pipeline %s', (_, text) => {
    expect(faultsOfPipeline(text)).toEqual([])
  })

  it.each([
    ['artifacts:', 'artefacts:', 'mail: artefacts'],
    ['junit:', 'xunit:', 'mail.artifacts.reports: xunit'],
    ['alias:', 'as:', 'mail.services: as'],
  ])('would find %s written as %s', (right, wrong, fault) => {
    expect(faultsOfPipeline(gitlabPipeline(commandsOf('npm')).replace(right, wrong))).toContain(fault)
  })

  it.each([
    ['parallel:', 'parallels:', 'mail: parallels'],
    ['needs: [mail]', 'needs: [mails]', 'mail-report needs mails'],
  ])('would find %s of shards written as %s', (right, wrong, fault) => {
    expect(faultsOfPipeline(shardedGitlabPipeline(commandsOf('npm'), 3).replace(right, wrong))).toContain(fault)
  })
})

/** Commands of mailrig in a text, with their options. */
function commandsIn(text: string): { command: string; options: string[] }[] {
  return [...text.matchAll(/(?:npx|exec|yarn) mailrig ([a-z]+)([^\n`]*)/g)].map(([, command = '', rest = '']) => ({
    command,
    options: rest.match(/--[a-z-]+/g) ?? [],
  }))
}

it('the pages name commands and options that exist', () => {
  const known = new Map(createProgram().commands.map((one) => [one.name(), one.options.map(({ long }) => long)]))
  const used = commandsIn(page)
  expect(used).not.toEqual([])
  for (const { command, options } of used) {
    expect([...known.keys()]).toContain(command)
    expect(known.get(command)).toEqual(expect.arrayContaining(options))
  }
})
