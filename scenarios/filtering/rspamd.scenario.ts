import { expect, rig } from 'mailrig/vitest'
import { fieldsOf } from '../header-fields.ts'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    filters: { rspamd: { files: { 'actions.conf': 'reject = 15;\nadd_header = 6;\ngreylist = null;' } } },
  },
  { needs: ['milters'] },
)

// The text that every spam filter takes for spam: https://spamassassin.apache.org/gtube/
const SPAM = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'

it('refuses spam', async ({ smtp, mailbox, observe }) => {
  const { rejected } = await smtp.send({ to: 'jim@example.com', text: `${SPAM}\n`, expectRefusal: true })
  observe('Rspamd refuses', `${rejected[0]?.reply.code} ${rejected[0]?.reply.lines[0]}`)
  expect(rejected[0]?.reply).toReply('554')
  await expect(mailbox('jim')).toReceiveNothing()
})

it('takes what is none, and says what it thinks of it', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', text: 'Shall we meet at noon?\n' })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'X-Spamd-Bar')).toHaveLength(1)
})
