import { expect, type RigFixtures, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

const world = {
  host: 'mx1.example.com',
  local: { accounts: ['jim'] },
  internet: ['elsewhere.example'],
}

describe('with the host name as origin, the default', () => {
  const it = rig(world, { covers: ['R2', 'L4', 'S106', 'S110', 'S116'] })

  it('completes bare names in mail submitted on the host by its own name', async ({ mta, upstream }) => {
    const relayed = await submit(mta, upstream, 'jim')
    expect(relayed.from).toBe('jim@mx1.example.com')
    expect((await relayed.parsed()).from?.address).toBe('jim@mx1.example.com')
  })
})

describe('with the domain as origin', () => {
  const it = rig({ ...world, origin: 'example.com' }, { covers: ['R2', 'L4', 'S102', 'S108', 'S114', 'S116'] })

  it('completes bare names by the domain, in the envelope and in the header', async ({ mta, upstream }) => {
    const relayed = await submit(mta, upstream, 'jim')
    expect(relayed.from).toBe('jim@example.com')
    expect((await relayed.parsed()).from?.address).toBe('jim@example.com')
  })

  it('completes the bare names that replies are to go to', async ({ mta, upstream }) => {
    mta.requires('reply-to-completion')
    const { replyTo } = await (await submit(mta, upstream, 'jim')).parsed()
    expect(replyTo?.map(({ address }) => address)).toEqual(['petra@example.com'])
  })

  it('leaves a complete address as it was written', async ({ mta, upstream }) => {
    const relayed = await submit(mta, upstream, 'marc@client.example')
    expect((await relayed.parsed()).from?.address).toBe('marc@client.example')
  })
})

/** Hands a message with a bare name in Reply-To: to the host's own sendmail command, and waits until it has left. */
async function submit(mta: RigFixtures['mta'], upstream: RigFixtures['upstream'], from: string) {
  const subject = `from ${from}, submitted on the host`
  const lines = [
    `From: ${from}`,
    'To: someone@elsewhere.example',
    'Reply-To: petra',
    `Subject: ${subject}`,
    '',
    'Hello.',
    '',
  ]
  const { exitCode, stderr } = await mta.exec(['sendmail', '-i', '-t'], {
    user: 'jim',
    input: lines.join('\n'),
  })
  expect(exitCode, stderr).toBe(0)
  return upstream.next({ subject })
}
