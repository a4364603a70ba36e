import { describe, expect, it } from 'vitest'
import { subnetsIn } from './host-routes.ts'

/** Of a host on which a bridge had outlived its network. */
const TABLE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
br-fd193e74f5fd\t00ED12C6\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t017812C6\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
`

describe('subnetsIn', () => {
  it('finds what interfaces lead to, a single host too, and leaves wider routes out', () => {
    expect([...subnetsIn(TABLE)]).toEqual(['192.0.2.0', '198.18.237.0', '198.18.120.0'])
  })

  it('finds nothing where there is no table', () => {
    expect(subnetsIn('').size).toBe(0)
  })
})
