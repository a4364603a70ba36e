import { expect, rig } from 'mailrig/vitest'

const HOST = 'mx1.unix.example'
const it = rig(
  {
    host: HOST,
    local: { accounts: ['petra', 'gerda'] },
    virtualAliasDomains: { 'example.com': { aliases: { sales: `petra@${HOST}` } } },
  },
  { covers: ['V3', 'S165', 'S180'], needs: ['compiled-maps'] },
)

it('goes by the compiled table until postmap or makemap has compiled the changed one', async ({
  smtp,
  mta,
  localMailbox,
}) => {
  // virtual(5) of Postfix, virtusertable of sendmail: an address, white space, its recipient.
  const table = mta.files.find(({ path }) => /\/(?:virtual|virtusertable)$/.test(path))
  if (!table) throw new Error('an MTA with compiled maps has a table of virtual addresses')
  const changed = String(table.content).replace(`petra@${HOST}`, `gerda@${HOST}`)
  expect(changed).not.toBe(String(table.content))
  await mta.write([{ ...table, content: changed }])

  const before = await smtp.send({ to: 'sales@example.com' })
  await expect(localMailbox('petra')).toReceive(before)
  await expect(localMailbox('gerda')).toReceiveNothing()

  await mta.compileTables()
  await mta.reload()
  const after = await smtp.send({ to: 'sales@example.com' })
  await expect(localMailbox('gerda')).toReceive(after)
  expect((await localMailbox('petra').list()).map(({ messageId }) => messageId)).toEqual([before.messageId])
})
