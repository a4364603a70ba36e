import type { RunnerTestCase } from 'vitest'
import { collectEvidence, describeAttempts, formatEvidence } from '../rig/evidence.ts'
import '../report/scenario-meta.ts'
import { recordTest } from './record-test.ts'
import type { TestCase } from './test-case.ts'

/** Puts the evidence behind the error's message, where every reporter shows it, and into the task's meta for tools. */
export async function explainFailure(task: Readonly<RunnerTestCase>, testCase: TestCase): Promise<void> {
  const evidence = await collectEvidence(testCase.rig, {
    transcripts: [...testCase.sent, ...testCase.sessions].map(({ transcript }) => transcript),
    messages: testCase.accepted(),
    refused: [...testCase.refused, ...testCase.refusedInSessions()],
  })
  // The upstreams themselves have been reset by now.
  for (const { name, attempts } of testCase.upstreamAttempts()) {
    evidence.upstreams[name] = describeAttempts(attempts)
  }
  if (task.meta.mailrig) {
    task.meta.mailrig.evidence = evidence
    const { record } = task.meta.mailrig
    // The logs have told more by now than when the test ended.
    if (record)
      Object.assign(record, recordTest(testCase, record.rig), { queue: evidence.queue, stored: evidence.stored })
  }
  const [error] = task.result?.errors ?? []
  if (error) error.message += `\n\n${formatEvidence(evidence)}`
}
