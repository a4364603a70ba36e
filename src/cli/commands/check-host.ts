import { type Check, type CheckResult, type RunOptions, runChecks } from '../../check/index.ts'
import type { Progress, ProgressStep } from '../../engine/progress.ts'
import type { ServedHost } from '../../targets/adopted/served-host.ts'
import { type StartVerdict, startVerdict } from '../../targets/adopted/start-verdict.ts'
import { type AdoptedSubject, adoptedSubject } from '../../targets/adopted/subject.ts'
import { type Checked, checkedOf } from './check-results.ts'

/** What became of a configuration on one release, or of a service as its image runs it. */
export interface CheckedRelease {
  verdict: StartVerdict
  /** Empty where one of its servers does not run. */
  checks: Checked[]
}

interface CheckHostOptions {
  checks: readonly Check[]
  progress: Progress
  /** That of the start. */
  step: ProgressStep
}

/** Runs the checklist on a host that was booted, and stops it. */
export async function checkHost(
  host: ServedHost,
  { checks, progress, step }: CheckHostOptions,
): Promise<CheckedRelease> {
  try {
    const verdict = await startVerdict(host)
    step.done(verdict.starts ? 'starts' : 'does not start as written')
    // Without one of its servers a host fails at nearly everything, each time after a long wait: that tells nothing new.
    const serves = host.facts.services.length > 0 && verdict.down.length === 0
    return { verdict, checks: serves ? checkedOf(await runAll(host, checks, progress), host.adopted, host.says) : [] }
  } finally {
    await host.stop()
  }
}

/** The checklist on one host, with a word of where it is. */
async function runAll(host: ServedHost, checks: readonly Check[], progress: Progress): Promise<CheckResult[]> {
  const step = progress.step(`${checks.length} checks on ${/^[a-z]+$/.test(host.label) ? 'Debian ' : ''}${host.label}`)
  let done = 0
  const onResult = ({ check: { title } }: CheckResult) => {
    done += 1
    step.update(`${done} of ${checks.length}: ${title}`)
  }
  const results = await runChecklist(host, checks, { onResult })
  step.done()
  return results
}

/** Runs checks on a host: first whether anybody can log in at all. */
export async function runChecklist(
  host: ServedHost,
  checks: readonly Check[],
  options: Pick<RunOptions, 'onResult' | 'until'>,
): Promise<CheckResult[]> {
  const subject = adoptedSubject(host)
  const logins = await runChecks(subject, checks.filter(isLogin), options)
  const others = checks.filter((check) => !isLogin(check))
  const over = logins.some((result) => options.until?.(result))
  const results = over
    ? []
    : await runChecks(logins.some(isRefused) ? withoutPasswords(subject) : subject, others, options)
  const all = new Map([...logins, ...results].map((result) => [result.check, result]))
  return checks.flatMap((check) => all.get(check) ?? [])
}

function isLogin({ id }: Check): boolean {
  return id === 'login-works'
}

/** Whether nobody can log in to read mail, and not one service alone is wrong. */
function isRefused({ finding }: CheckResult): boolean {
  return finding.verdict === 'fault' && finding.expected.startsWith('OK to LOGIN')
}

/** Where the password is wrong, all that is asked of mailboxes would fail, and tell nothing more. */
function withoutPasswords(subject: AdoptedSubject): AdoptedSubject {
  const accounts = subject.facts.accounts.map(({ password: _, ...account }) => account)
  return { ...subject, facts: { ...subject.facts, accounts } }
}
