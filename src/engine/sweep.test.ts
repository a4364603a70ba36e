import type Dockerode from 'dockerode'
import { describe, expect, it } from 'vitest'
import { removeContainer } from './sweep.ts'

/** What Podman 4.3 answers when the container ends between its look and its signal. */
const JUST_ENDED =
  '(HTTP code 500) server error - cannot remove container 4f as it could not be stopped: ' +
  'sending SIGKILL to container 4f: container state improper: stopped'

/** An engine whose answers to each request to remove are these; undefined: it is done. */
function engineThatAnswers(...answers: (string | undefined)[]) {
  const asked: string[] = []
  const docker = {
    getContainer: (id: string) => ({
      async remove() {
        const answer = answers[asked.length]
        asked.push(id)
        if (answer !== undefined) throw new Error(answer)
      },
    }),
  }
  return { docker: docker as unknown as Dockerode, asked }
}

describe('removeContainer', () => {
  it('removes one that Podman found running and that had ended by then', async () => {
    const { docker, asked } = engineThatAnswers(JUST_ENDED, undefined)
    await removeContainer(docker, '4f')
    expect(asked).toEqual(['4f', '4f'])
  })

  it.each([
    ['what the engine cannot do', ['(HTTP code 500) server error - permission denied']],
    ['what it cannot do a second time', [JUST_ENDED, JUST_ENDED]],
  ])('tells %s', async (_, answers) => {
    const { docker, asked } = engineThatAnswers(...answers)
    await expect(removeContainer(docker, '4f')).rejects.toThrow(answers.at(-1))
    expect(asked).toHaveLength(answers.length)
  })
})
