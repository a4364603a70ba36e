import { fromUtf8 } from '../session-file/octets.ts'
import { printLocalSubmission } from '../session-file/read-local-submission.ts'
import type { LocalSubmission } from '../session-file/statement.ts'
import type { Playing } from './playing.ts'
import { StepFailed } from './step-log.ts'

/**
 * Hands in a message by sendmail(1) on the host of the MTA. A file is given with the line ends of the host, LF alone, as
 * programs there write them.
 */
export async function playLocalSubmission(playing: Playing, submission: LocalSubmission): Promise<void> {
  const { ground, log, values } = playing
  const { place, user, exit } = submission
  const step = {
    sent: printLocalSubmission(submission).join('\n'),
    line: place.line,
    since: performance.now(),
    expected: exit === undefined ? '' : `exit ${exit.join('|')}`,
  }
  try {
    const result = await ground.submit({
      command: ['sendmail', ...submission.arguments.map((octets) => fromUtf8(values.filled(octets, place)))],
      input: inputOf(playing, submission),
      ...(user === undefined ? {} : { user }),
    })
    if (typeof result === 'string') {
      log.add({ ...step, received: '', verdict: 'skipped', why: result })
      return
    }
    const received = [`exit ${result.exitCode}`, result.stdout.trimEnd(), result.stderr.trimEnd()]
      .filter((text) => text !== '')
      .join('\n')
    if (exit === undefined) log.add({ ...step, received, verdict: 'observed' })
    else if (exit.includes(result.exitCode)) log.add({ ...step, received, verdict: 'pass' })
    else throw log.fail(place, { ...step, received, why: `sendmail(1) ended with exit code ${result.exitCode}` })
  } catch (error) {
    if (error instanceof StepFailed) throw error
    throw log.failed(place, step, step.expected, error)
  }
}

function inputOf({ file, values }: Playing, { input }: LocalSubmission): Buffer {
  if ('file' in input) {
    const content = file.files.get(input.file) ?? Buffer.alloc(0)
    return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
  }
  const lines = input.lines.map(({ octets, place }) => `${values.filled(octets, place)}\n`)
  return Buffer.from(lines.join(''), 'latin1')
}
