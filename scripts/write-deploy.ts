// `npm run docs`: writes the recipes of deploy/ that `mailrig init --shards 4` writes into a project.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandsOf } from '../src/cli/init/package-manager.ts'
import { shardedGithubWorkflow, shardedGitlabPipeline } from '../src/cli/init/sharded-ci.ts'

const SHARDS = 4

/** Path → content. */
export function deployFiles(): Record<string, string> {
  const place = (path: string) => fileURLToPath(new URL(`../deploy/${path}`, import.meta.url))
  return {
    [place('github/mail.yml')]: shardedGithubWorkflow(commandsOf('npm'), SHARDS),
    [place('gitlab/.gitlab-ci.yml')]: shardedGitlabPipeline(commandsOf('npm'), SHARDS),
  }
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(deployFiles())) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
