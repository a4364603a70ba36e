import { GITHUB_HEAD, GITLAB_ENGINE, githubInstall, gitlabInstall, withGithubImages } from './continuous-integration.ts'
import type { PackageManagerCommands } from './package-manager.ts'

/** Where a shard leaves its document, and where all of them are joined. */
const [SHARD, REPORT] = ['shard', 'report']

const BY_TIME = '# Files are split by number. By time, which is faster: docs/how-to/many-machines.md of mailrig.'

/** A workflow of GitHub Actions that runs the scenarios in several jobs, and one that joins what they left. */
export function shardedGithubWorkflow(commands: PackageManagerCommands, shards: number): string {
  const { run, lockfile } = commands
  const key = `mailrig-\${{ matrix.shard }}-\${{ hashFiles('${lockfile}') }}`
  // The last job sums up all; without the variable those before it write no summary of their own.
  const command = `env -u GITHUB_STEP_SUMMARY ${run} mailrig run --shard \${{ matrix.shard }}/${shards} --report ${SHARD}`
  return `${GITHUB_HEAD}    strategy:
      fail-fast: false
      matrix:
        shard: [${Array.from({ length: shards }, (_, index) => index + 1).join(', ')}]
    steps:
${githubInstall(commands)}
${withGithubImages(key, `      ${BY_TIME}\n      - run: ${command}\n`)}      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: '${SHARD}-\${{ matrix.shard }}', path: ${SHARD}/run.json }

  report:
    needs: mail
    if: always()
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
${githubInstall(commands)}      - uses: actions/download-artifact@v4
        with: { pattern: ${SHARD}-*, path: shards }
      # Ends with 1 where a test failed or was not run, and with 2 where a shard is missing.
      - run: ${run} mailrig report --html ${REPORT} shards/*/run.json
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: mail-report, path: ${REPORT}/ }
`
}

/** The same for GitLab. */
export function shardedGitlabPipeline(commands: PackageManagerCommands, shards: number): string {
  const { run } = commands
  return `mail:
  image: node:24
  timeout: 30 minutes
  parallel: ${shards}
${GITLAB_ENGINE}  script:
${gitlabInstall(commands)}    ${BY_TIME}
    - ${run} mailrig run --shard auto --report ${SHARD}-$CI_NODE_INDEX
  artifacts:
    when: always
    paths: [${SHARD}-*/run.json]

mail-report:
  image: node:24
  timeout: 10 minutes
  needs: [mail]
  when: always
  script:
${gitlabInstall(commands)}    # Ends with 1 where a test failed or was not run, and with 2 where a shard is missing.
    - ${run} mailrig report --html ${REPORT} ${SHARD}-*/run.json
  artifacts:
    when: always
    paths: [${REPORT}/]
    reports:
      junit: ${REPORT}/junit.xml
`
}
