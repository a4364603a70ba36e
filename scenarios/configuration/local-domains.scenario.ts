import { expect, rig } from 'mailrig/vitest'

const MORE = '/etc/mailrig/moredomains'
/** The same for a server that takes a list of names, without values. */
const LIST = '/etc/mailrig/listed-domains'

const inFiles = (...domains: string[]) => ({
  [MORE]: domains.map((domain) => `${domain}\tlocal\n`).join(''),
  [LIST]: domains.map((domain) => `${domain}\n`).join(''),
})

const it = rig(
  {
    host: 'mx1.example.com',
    // An alias instead of an account, so that mail for every local domain can be read in the mail store.
    domains: { 'store.example': { mailboxes: ['jim'] } },
    local: {
      domains: ['example.com', 'example.net'],
      aliases: { jim: 'jim@store.example' },
      files: inFiles('fromfile.example'),
    },
    native: {
      postfix: { 'main.cf': { mydestination: `$myhostname, localhost, example.com, example.net, hash:${MORE}` } },
      exim: {
        main: [`domainlist local_domains = mx1.example.com : localhost : example.com : example.net : lsearch;${MORE}`],
      },
      sendmail: { mc: ['LOCAL_CONFIG', `Fw${MORE} %s`] },
      opensmtpd: {
        conf: [`table listed file:${LIST}`, 'match from any for domain <listed> action "local"'],
      },
    },
  },
  { covers: ['R3', 'S99', 'S101', 'S116', 'S118', 'S120', 'S122', 'S126', 'S161'] },
)

it.for(['example.com', 'example.net', 'mx1.example.com', 'fromfile.example'])(
  'is the destination of mail for %s',
  async (domain, { smtp, mailbox }) => {
    const message = await smtp.send({ to: `jim@${domain}` })
    await expect(mailbox('jim')).toReceive(message)
  },
)

it.for(['sub.example.com', 'undeclared.example'])(
  'does not take mail for %s, which is not in the list',
  async (domain, { smtp }) => {
    const message = await smtp.send({ to: `jim@${domain}`, expectRefusal: true })
    expect(message.rejected[0]?.reply.code).toBeGreaterThanOrEqual(400)
  },
)

it('takes mail for a domain added to the file, once tables are compiled and the server has reloaded', async ({
  smtp,
  mta,
  mailbox,
  observe,
}) => {
  const to = 'jim@added.example'
  const before = await smtp.send({ to, expectRefusal: true })
  expect(before.accepted, 'not yet').toEqual([])

  const files = Object.entries(inFiles('fromfile.example', 'added.example'))
  await mta.write(files.map(([path, content]) => ({ path, content })))
  const meanwhile = await smtp.send({ to, expectRefusal: true })
  observe(
    'a domain is added to the file of local domains, no more',
    meanwhile.accepted.length === 1 ? 'its mail is taken at once' : 'its mail is refused',
  )
  await mta.compileTables()
  await mta.reload()
  await expect(mailbox('jim')).toReceive(await smtp.send({ to }))
})
