import type { RunnerTestCase } from 'vitest'
import { InputError } from '../errors/mailrig-error.ts'
import { collectEvidence, describeAttempts, describeFilterSessions, formatEvidence } from '../rig/evidence.ts'
import '../report/scenario-meta.ts'
import type { Rig } from '../rig/rig.ts'
import { recordTest } from './record-test.ts'
import type { TestCase } from './test-case.ts'

/** Puts the evidence behind the error's message, where every reporter shows it, and into the task's meta for tools. */
export async function explainFailure(task: Readonly<RunnerTestCase>, testCase: TestCase): Promise<void> {
  const evidence = await collectEvidence(testCase.rig, {
    transcripts: [...testCase.sent, ...testCase.sessions].map(({ transcript }) => transcript),
    messages: testCase.accepted(),
    refused: [...testCase.refused, ...testCase.refusedInSessions()],
  })
  // The upstreams and filters themselves have been reset by now.
  for (const { name, attempts } of testCase.upstreamAttempts()) {
    evidence.upstreams[name] = describeAttempts(attempts)
  }
  for (const { name, sessions } of testCase.filterSessions()) {
    evidence.filters[name] = describeFilterSessions(sessions)
  }
  if (task.meta.mailrig) {
    task.meta.mailrig.evidence = evidence
    const { record } = task.meta.mailrig
    // The logs have told more by now than when the test ended.
    if (record) {
      const { queue, stored } = evidence
      Object.assign(record, recordTest(testCase, record.rig), {
        queue,
        stored,
        versions: await versionsOf(testCase.rig),
      })
    }
  }
  const [error] = task.result?.errors ?? []
  if (!error) return
  const { remedy } = error as { remedy?: unknown }
  if (typeof remedy === 'string') error.message += `\nto do ${remedy}`
  // Where the test itself is wrong, the servers are not what tells why.
  if (error.name !== InputError.name) error.message += `\n\n${formatEvidence(evidence)}`
}

/** The versions of the servers of a rig, of those that answer. */
async function versionsOf(rig: Rig): Promise<Record<string, string>> {
  const servers = [rig.mta, ...(rig.hasStore ? [rig.store] : [])]
  const asked = servers.map(async (server): Promise<[string, string]> => [server.name, await server.version()])
  const answers = await Promise.allSettled(asked)
  return Object.fromEntries(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])))
}
