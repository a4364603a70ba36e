import { githubWorkflow, gitlabPipeline } from './continuous-integration.ts'
import { allowBuilds } from './pnpm-workspace.ts'
import type { Project } from './project.ts'
import { shardedGithubWorkflow, shardedGitlabPipeline } from './sharded-ci.ts'
import { SCENARIO, SESSION_FILE } from './starter-tests.ts'
import { additionsToConfig, type Matrix, vitestConfig } from './vitest-config.ts'

export const CI_SERVICES = ['github', 'gitlab'] as const
export type CiService = (typeof CI_SERVICES)[number]

export interface StarterOptions {
  matrix: Matrix
  ci: readonly CiService[]
  /** Into how many jobs CI splits the tests. Default: one. */
  shards?: number
}

/** A file of the starter. */
export interface StarterFile {
  /** From the project's folder. */
  path: string
  text: string
  /** `line`: a line that a file of this name has to have, beside what others have written into it. */
  kind: 'file' | 'line'
  /** What somebody else's file of this name lacks, unless it has the text `unless`. */
  lacks?: { unless: string; add: string }
}

/** Where the starter has its tests. */
const TESTS = 'mail'

/** Everything `mailrig init` wants to be there, in the order it is told. */
export function starterFiles(project: Project, { matrix, ci, shards = 1 }: StarterOptions): StarterFile[] {
  const { config, extension, hasUnitTests, packageManager, repository } = project
  const file = (path: string, text: string): StarterFile => ({ path, text, kind: 'file' })
  const [github, gitlab] =
    shards === 1
      ? [githubWorkflow(packageManager), gitlabPipeline(packageManager)]
      : [shardedGithubWorkflow(packageManager, shards), shardedGitlabPipeline(packageManager, shards)]
  return [
    {
      ...file(config ?? `vitest.config.${extension}`, vitestConfig(matrix, hasUnitTests)),
      lacks: { unless: 'mailrig/vitest/config', add: additionsToConfig(matrix) },
    },
    file(`${TESTS}/aliases.scenario.${extension}`, SCENARIO),
    file(`${TESTS}/no-open-relay.smtp`, SESSION_FILE),
    ...(packageManager.name === 'pnpm' && repository === undefined
      ? [{ ...file('pnpm-workspace.yaml', allowBuilds()), lacks: { unless: 'ssh2', add: allowBuilds() } }]
      : []),
    ...(ci.includes('github') ? [file('.github/workflows/mail.yml', github)] : []),
    ...(ci.includes('gitlab') ? [file('.gitlab-ci.yml', gitlab)] : []),
    { path: '.gitignore', text: '.mailrig/', kind: 'line' },
  ]
}
