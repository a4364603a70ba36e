import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const topology = {
  relayDomains: ['old.example'],
  internet: ['old.example', 'new.example'],
  limits: { messageSize: 20_000 },
}
const it = rig(topology, { covers: ['R1', 'P4', 'S97', 'S128'] })

it('relays for a new domain once it has reloaded its configuration, and still for the old one', async ({
  smtp,
  mta,
  upstream,
}) => {
  expect((await rcpt(smtp, 'someone@new.example')).code, 'not yet').toBeGreaterThanOrEqual(400)

  await mta.configure({ ...topology, relayDomains: ['old.example', 'new.example'] })
  await mta.compileTables()
  await mta.reload()

  const [toNew, toOld] = await Promise.all([
    smtp.send({ to: 'someone@new.example' }),
    smtp.send({ to: 'someone@old.example' }),
  ])
  await expect(upstream).toHaveRelayed(toNew)
  await expect(upstream).toHaveRelayed(toOld)
})

it('no longer relays for a domain that was taken out', async ({ smtp, mta, upstream }) => {
  await mta.configure(topology)
  await mta.compileTables()
  await mta.reload()
  expect((await rcpt(smtp, 'someone@new.example')).code).toBeGreaterThanOrEqual(400)
  await expect(upstream).toHaveRelayed(await smtp.send({ to: 'someone@old.example' }))
})

it('holds new sessions to the new size limit, and an open one to the limit it was told', async ({ smtp, mta }) => {
  mta.requires('sessions-outlive-reload')
  const open = await smtp.session()
  expect((await open.ehlo()).keywords.get('SIZE')).toEqual(['20000'])

  await mta.configure({ ...topology, limits: { messageSize: 30_000 } })
  await mta.reload()

  const later = await smtp.session()
  expect((await later.ehlo()).keywords.get('SIZE')).toEqual(['30000'])
  expect(await later.command('MAIL FROM:<marc@client.example> SIZE=25000')).toReply(250)
  expect(await open.command('MAIL FROM:<marc@client.example> SIZE=25000')).toReply(552)
})

it('still offers and speaks TLS after a reload', async ({ smtp, mta, upstream }) => {
  mta.requires('inbound-tls')
  await mta.configure(topology)
  await mta.reload()
  await expect(upstream).toHaveRelayed(await smtp.send({ to: 'someone@old.example', tls: 'starttls' }))
})

async function rcpt(smtp: RigFixtures['smtp'], to: string) {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const reply = await session.rcptTo(to)
  await session.quit()
  return reply
}
