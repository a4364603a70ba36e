import type { PackageManagerCommands } from './package-manager.ts'

/** Where CI has mailrig write its report. Below the folder that .gitignore names. */
const REPORT = '.mailrig/report'

/** A workflow of GitHub Actions that runs every scenario and session file. */
export function githubWorkflow({ name, lockfile, install, run, pinned }: PackageManagerCommands): string {
  const setup = {
    npm: '',
    pnpm: `      - uses: pnpm/action-setup@v4\n${pinned ? '' : '        with: { version: latest }\n'}`,
    yarn: '      - run: corepack enable\n',
  }[name]
  return `name: Mail

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  mail:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
${setup}      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: ${name} }
      - run: ${install}

      # Images are tagged by the hash of what went into them: an old cache is never wrong, only useless.
      - id: images
        uses: actions/cache@v4
        with:
          path: ~/mailrig-images.tar
          key: mailrig-\${{ hashFiles('${lockfile}') }}
      - if: steps.images.outputs.cache-hit == 'true'
        run: docker load --input ~/mailrig-images.tar

      - run: ${run} vitest run
        env: { MAILRIG_REPORT: ${REPORT} }

      - if: steps.images.outputs.cache-hit != 'true'
        run: docker save --output ~/mailrig-images.tar $(docker images --format '{{.Repository}}:{{.Tag}}' 'mailrig/*')
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: mail-report, path: ${REPORT}/, include-hidden-files: true }
`
}

/** A pipeline of GitLab that does the same, with Docker as a service beside the job. */
export function gitlabPipeline({ name, install, run }: PackageManagerCommands): string {
  return `mail:
  image: node:24
  timeout: 30 minutes
  services:
    # The runner has to allow privileged containers, as those of gitlab.com do.
    - name: docker:28-dind
      alias: docker
      command: ['--tls=false']
  variables:
    DOCKER_HOST: tcp://docker:2375
    DOCKER_TLS_CERTDIR: ''
    MAILRIG_REPORT: ${REPORT}
  script:
${name === 'npm' ? '' : '    - corepack enable\n'}    - ${install}
    - ${run} vitest run
  artifacts:
    when: always
    paths: [${REPORT}/]
    reports:
      junit: ${REPORT}/junit.xml
`
}
