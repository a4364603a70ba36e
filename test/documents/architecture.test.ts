import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { postfix } from '../../src/servers/postfix/adapter.ts'
import { parseTopology } from '../../src/topology/topology.ts'
import { ROOT } from '../run-command.ts'

interface Stop {
  file: string
  /** A function there. */
  name: string
}

async function walk(): Promise<Stop[]> {
  const page = await readFile(join(ROOT, 'docs/architecture.md'), 'utf8')
  const text = page.slice(page.indexOf('<!-- walk:'), page.indexOf('<!-- end of walk -->'))
  return [...text.matchAll(/^\d+\. `(src\/[^`]+)`, `(\w+)`: /gm)].map(([, file = '', name = '']) => ({ file, name }))
}

it('leads from `mailrig up` to a line of configuration in at most five files, which are there', async () => {
  const stops = await walk()
  expect(stops.length).toBeGreaterThan(1)
  expect(stops.length).toBeLessThanOrEqual(5)
  for (const { file, name } of stops) {
    const source = await readFile(join(ROOT, file), 'utf8')
    expect(source, `${file} declares ${name}`).toMatch(new RegExp(`^(?:export )?(?:async )?function ${name}\\(`, 'm'))
  }
})

it('names in each file what stands in the next', async () => {
  const stops = await walk()
  for (const [index, { file }] of stops.slice(0, -1).entries()) {
    const next = stops[index + 1]
    const source = await readFile(join(ROOT, file), 'utf8')
    // The adapter is chosen by its name: there it is the call that leads on.
    const leads = next?.file.endsWith('/adapter.ts') ? 'mta.render(' : `${next?.name}(`
    expect(source, `${file} leads to ${next?.file}`).toContain(leads)
  }
})

it('ends at the line that Postfix is given', () => {
  const network = { subnet: '198.18.1.0/24', gateway: '198.18.1.1' }
  const { files } = postfix.render({
    topology: parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } } }),
    release: 'bookworm',
    addresses: {
      networks: { lan: network, internet: network },
      mta: { lan: '198.18.1.10', internet: '198.19.1.10' },
      store: '198.18.1.11',
      dns: '198.18.1.1',
      upstreams: { upstream: { address: '198.19.1.1', port: 25, host: 'upstream.example' } },
      smtpPort: 25,
    },
    tls: { certificate: '', key: '', authority: '' } as never,
  })
  const table = files.find(({ path }) => path === '/etc/postfix/vmailbox')
  expect(String(table?.content)).toMatch(/^jim@example\.com\s+lmtp$/m)
})
