import type { PackageManagerCommands } from './package-manager.ts'

/** Where CI has mailrig write its report. Below the folder that .gitignore names. */
const REPORT = '.mailrig/report'

/** How a workflow of GitHub Actions begins, and the job `mail`. */
export const GITHUB_HEAD = `name: Mail

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  mail:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
`

/** The steps that install what the lockfile says. */
export function githubInstall({ name, install, pinned }: PackageManagerCommands): string {
  const setup = {
    npm: '',
    pnpm: `      - uses: pnpm/action-setup@v4\n${pinned ? '' : '        with: { version: latest }\n'}`,
    yarn: '      - run: corepack enable\n',
  }[name]
  return `      - uses: actions/checkout@v4
${setup}      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: ${name} }
      - run: ${install}
`
}

/** The steps around `steps` that keep images from run to run. @param key names what needs the same images */
export function withGithubImages(key: string, steps: string): string {
  return `      # Images are tagged by the hash of what went into them: an old cache is never wrong, only useless.
      - id: images
        uses: actions/cache@v4
        with:
          path: ~/mailrig-images.tar
          key: ${key}
      - if: steps.images.outputs.cache-hit == 'true'
        run: docker load --input ~/mailrig-images.tar

${steps}
      - if: steps.images.outputs.cache-hit != 'true'
        run: docker save --output ~/mailrig-images.tar $(docker images --format '{{.Repository}}:{{.Tag}}' 'mailrig/*')
`
}

/** A workflow of GitHub Actions that runs every scenario and session file. */
export function githubWorkflow(commands: PackageManagerCommands): string {
  const run = `      - run: ${commands.run} vitest run
        env: { MAILRIG_REPORT: ${REPORT} }
`
  return `${GITHUB_HEAD}    steps:
${githubInstall(commands)}
${withGithubImages(`mailrig-\${{ hashFiles('${commands.lockfile}') }}`, run)}      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: mail-report, path: ${REPORT}/, include-hidden-files: true }
`
}

/** Docker beside a job of GitLab, and where mailrig finds it. */
export const GITLAB_ENGINE = `  services:
    # The runner has to allow privileged containers, as those of gitlab.com do.
    - name: docker:28-dind
      alias: docker
      command: ['--tls=false']
  variables:
    DOCKER_HOST: tcp://docker:2375
    DOCKER_TLS_CERTDIR: ''
`

/** The commands that install what the lockfile says. */
export function gitlabInstall({ name, install }: PackageManagerCommands): string {
  return `${name === 'npm' ? '' : '    - corepack enable\n'}    - ${install}
`
}

/** A pipeline of GitLab that does the same, with Docker as a service beside the job. */
export function gitlabPipeline(commands: PackageManagerCommands): string {
  return `mail:
  image: node:24
  timeout: 30 minutes
${GITLAB_ENGINE}    MAILRIG_REPORT: ${REPORT}
  script:
${gitlabInstall(commands)}    - ${commands.run} vitest run
  artifacts:
    when: always
    paths: [${REPORT}/]
    reports:
      junit: ${REPORT}/junit.xml
`
}
