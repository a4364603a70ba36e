import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { host: 'mx.example.com', local: { accounts: ['petra', 'gerda'], aliases: { sales: 'petra' } } },
  { covers: ['L2', 'V3', 'S23'], needs: ['compiled-maps'] },
)

it('goes by the old alias file until newaliases has been run', async ({ smtp, mta, localMailbox }) => {
  const aliases = mta.files.find(({ path }) => path.endsWith('/aliases'))
  if (!aliases) throw new Error('every MTA has an alias file')
  const changed = String(aliases.content).replace('sales: petra', 'sales: gerda\norders: gerda')
  expect(changed).not.toBe(String(aliases.content))
  await mta.write([{ ...aliases, content: changed }])

  const before = await smtp.send({ to: 'sales@mx.example.com' })
  await expect(localMailbox('petra')).toReceive(before)
  await expect(localMailbox('gerda')).toReceiveNothing()
  const refused = await smtp.send({ to: 'orders@mx.example.com', expectRefusal: true })
  expect(refused.rejected.map(({ reply }) => reply.code)).toEqual([550])

  await mta.run(['newaliases'])
  // Postfix tells a table from the one before by the second in which it was made, which may be that of the boot.
  await mta.reload()
  const [toSales, toOrders] = [
    await smtp.send({ to: 'sales@mx.example.com' }),
    await smtp.send({ to: 'orders@mx.example.com' }),
  ]
  await expect(localMailbox('gerda')).toReceive(toSales)
  await expect(localMailbox('gerda')).toReceive(toOrders)
  expect((await localMailbox('petra').list()).map(({ messageId }) => messageId)).toEqual([before.messageId])
})
