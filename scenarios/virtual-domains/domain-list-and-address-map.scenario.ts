import { expect, rig } from 'mailrig/vitest'

// The chapter's lines as they are printed, and what they need beside them.
const VIRTUAL = '/etc/postfix/virtual'
const MAP = `hash:${VIRTUAL}`
const RELAY_DENIED = /^[45]\d\d [45]\.7\.1 .*Relay access denied/
const DOMAINS = 'example.com, anotherexample.com'

const topology = {
  host: 'mx1.unix.example',
  local: {
    accounts: ['peter', 'gerda', 'petra', 'jim'],
    files: {
      [VIRTUAL]: `\
postmaster@example.com    peter
info@anotherexample.com   gerda
sales@example.com   petra
@example.com    jim
`,
    },
  },
  native: { postfix: { 'main.cf': { virtual_alias_domains: DOMAINS, virtual_alias_maps: MAP } } },
}

const it = rig(topology, {
  covers: ['V1', 'S159', 'S163', 'S165', 'S167', 'S169', 'S171', 'S172', 'S173', 'S174', 'S176'],
  needs: ['virtual-alias-domains'],
})

it.for([
  ['postmaster@example.com', 'peter'],
  ['info@anotherexample.com', 'gerda'],
  ['sales@example.com', 'petra'],
  ['whoever@example.com', 'jim'],
] as const)(
  'gives %s to %s by a list of domains and a map of addresses',
  async ([to, reader], { smtp, localMailbox }) => {
    await expect(localMailbox(reader)).toReceive(await smtp.send({ to }))
  },
)

it.for([
  [
    'relays nothing, and so refuses, where the address map is given for the list of domains',
    { virtual_alias_domains: MAP, virtual_alias_maps: '' },
    RELAY_DENIED,
  ],
  [
    'refuses just so where the map stands for both, because no line of it is a domain alone',
    { virtual_alias_domains: MAP, virtual_alias_maps: MAP },
    RELAY_DENIED,
  ],
  [
    'knows the domains, but no address in them, where they are listed without a map',
    { virtual_alias_domains: DOMAINS, virtual_alias_maps: '' },
    /^550 5\.1\.1 .*User unknown in virtual alias table/,
  ],
] as const)('%s', async ([, settings, reply], { smtp, mta, observe, onTestFinished }) => {
  onTestFinished(async () => {
    await mta.configure(topology)
    await mta.compileTables()
    await mta.reload()
  })
  await mta.configure({ ...topology, native: { postfix: { 'main.cf': settings } } })
  await mta.reload()
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const { code, text } = await session.rcptTo('sales@example.com')
  expect(`${code} ${text}`).toMatch(reply)
  const { virtual_alias_domains: domains, virtual_alias_maps: maps } = settings
  observe(`virtual_alias_domains = ${domains}, virtual_alias_maps = ${maps}`, `${code} ${text}`)
})
