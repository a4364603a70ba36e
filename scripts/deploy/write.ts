// `npm run docs`: writes deploy/: the files of CI that `mailrig init --shards 4` writes into a project, and the manifests of
// Kubernetes.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { commandsOf } from '../../src/cli/init/package-manager.ts'
import { shardedGithubWorkflow, shardedGitlabPipeline } from '../../src/cli/init/sharded-ci.ts'
import { claim, report, shards } from './kubernetes.ts'

const SHARDS = 4

const place = (path: string) => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url))

/** The files of CI: path → content. */
export function ciFiles(): Record<string, string> {
  return {
    [place('github/mail.yml')]: shardedGithubWorkflow(commandsOf('npm'), SHARDS),
    [place('gitlab/.gitlab-ci.yml')]: shardedGitlabPipeline(commandsOf('npm'), SHARDS),
  }
}

function manifests(): Record<string, string> {
  const head = '# docs/how-to/many-machines.md says what has to be on the volume, and what to change.\n'
  return Object.fromEntries(
    Object.entries({ claim, shards, report }).map(([name, manifest]) => [
      place(`kubernetes/${name}.yaml`),
      head + stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  )
}

if (import.meta.main) {
  for (const [path, text] of Object.entries({ ...ciFiles(), ...manifests() })) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
