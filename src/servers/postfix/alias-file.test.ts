import { describe, expect, it } from 'vitest'
import { parseTopology } from '../../topology/topology.ts'
import { aliasFile } from './alias-file.ts'

const { local } = parseTopology({
  local: {
    accounts: ['anna'],
    aliases: {
      team: ['anna', 'jim@example.com'],
      'out of office': 'anna',
      pipe: '|/usr/local/bin/sink "a b"',
      archive: '/var/lib/archive/all',
      none: '/dev/null',
      list: ':include:/etc/lists/all',
      spaced: ':include:/etc/my lists/all',
      ready: '"|cat > /tmp/x"',
    },
  },
})

describe('aliasFile', () => {
  it('writes every kind of target, quoting where aliases(5) needs it', () => {
    expect(aliasFile(local)).toMatchInlineSnapshot(`
      "postmaster: root
      team: anna, jim@example.com
      "out of office": anna
      pipe: "|/usr/local/bin/sink \\"a b\\""
      archive: /var/lib/archive/all
      none: /dev/null
      list: :include:/etc/lists/all
      spaced: ":include:/etc/my lists/all"
      ready: "|cat > /tmp/x"
      "
    `)
  })

  it('lets the topology say where postmaster goes', () => {
    const { local } = parseTopology({ local: { accounts: ['anna'], aliases: { postmaster: 'anna' } } })
    expect(aliasFile(local)).toBe('postmaster: anna\n')
  })

  it('has postmaster even where there are no accounts', () => {
    expect(aliasFile(undefined)).toBe('postmaster: root\n')
  })
})
