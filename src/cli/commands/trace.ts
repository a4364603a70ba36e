import { InputError } from '../../errors/mailrig-error.ts'
import { formatJourney } from '../../rig/journey.ts'
import { journeyIn } from '../rig-requests.ts'
import { rigChosen, runningRig } from '../running-rig.ts'

/** Prints the way of a message through a kept rig. @throws {InputError} when the rig has not heard of it. */
export async function trace(
  messageId: string,
  options: { name?: string; target?: string; json?: boolean },
): Promise<void> {
  const name = await rigChosen(options.name, options.target)
  await runningRig(name)
  const id = messageId.replace(/^<(.*)>$/, '$1')
  const journey = await journeyIn(name, id)
  if (journey.steps.length === 0) {
    throw new InputError(`no server of the rig ${JSON.stringify(name)} knows the message <${id}>`, {
      code: 'UNKNOWN_MESSAGE',
      remedy: 'Give the Message-ID as the header has it; a message that was refused before its end leaves none.',
    })
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(journey, null, 2)}\n` : `${formatJourney(journey).join('\n')}\n`,
  )
}
