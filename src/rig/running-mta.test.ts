import { expect, it } from 'vitest'
import type { RunningHost } from '../engine/running-host.ts'
import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { RigAddresses } from '../servers/addresses.ts'
import { supportedOf } from '../servers/feature.ts'
import { parseTopology } from '../topology/topology.ts'
import { RunningMta } from './running-mta.ts'

/** An MTA of which nothing is asked but what it has. */
function mtaThatHas(supports: ReturnType<typeof supportedOf> | undefined): RunningMta {
  const container = { logs: { lines: [], on: () => () => undefined }, exited: new Promise(() => undefined) }
  return new RunningMta(
    {
      role: 'mta',
      server: { name: 'mine', ...(supports ? { supports } : {}) },
      release: 'trixie',
      files: [],
      logIsKnown: true,
    },
    {
      container: container as unknown as RunningHost,
      topology: parseTopology({}),
      addresses: {
        networks: {
          lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
          internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
        },
        mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
        dns: '198.18.1.1',
        upstreams: {},
        smtpPort: 25,
      } satisfies RigAddresses,
    },
  )
}

it('goes on where the server has what a test requires', () => {
  expect(() => mtaThatHas(supportedOf('Mine', { pipelining: true })).requires('pipelining')).not.toThrow()
})

it.each([
  ['it says why not', supportedOf('Mine', { pipelining: 'Mine waits for each reply' }), 'Mine waits for each reply'],
  ['it says nothing of it', supportedOf('Mine', {}), 'nobody has shown that Mine can do "pipelining"'],
  ['nobody told what it has', undefined, 'nobody told whether mine has it'],
])('is unsupported, with the reason, where %s', (_, supports, reason) => {
  const asked = () => mtaThatHas(supports).requires('pipelining')
  expect(asked).toThrow(UnsupportedError)
  expect(asked).toThrow(reason)
})
