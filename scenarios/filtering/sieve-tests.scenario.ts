import { expect, rig } from 'mailrig/vitest'

// One script for all tests: each files its kind of mail into a folder of its own.
const SCRIPT = `\
require ["fileinto", "envelope"];
if header :is "X-Kind" ["one", "two"] { fileinto "header is"; stop; }
if header :matches "Subject" "Invoice * of *" { fileinto "header matches"; stop; }
if address :domain :is "From" "lists.example" { fileinto "address domain"; stop; }
if address :localpart :contains ["To", "Cc"] "jim+spam" { fileinto "address localpart"; stop; }
if envelope :is "from" "bounces@client.example" { fileinto "envelope"; stop; }
if size :over 20K { fileinto "size over"; stop; }
if exists ["X-First", "X-Second"] { fileinto "exists"; stop; }
if allof (header :contains "Subject" "all", not exists "X-Never", not size :over 10K) { fileinto "allof not"; stop; }
if anyof (header :contains "Subject" "any", exists "X-Any") { fileinto "anyof"; stop; }
`

const it = rig({ domains: { 'example.com': { mailboxes: { jim: { sieve: SCRIPT } } } } }, { covers: ['D7'] })

it.for([
  ['header is', { headers: { 'X-Kind': 'two' } }],
  ['header matches', { subject: 'Invoice 7 of March' }],
  ['address domain', { from: 'Somebody <news@LISTS.example>' }],
  ['address localpart', { headers: { Cc: 'Jim <jim+spam@example.com>' } }],
  ['envelope', { envelope: { from: 'bounces@client.example', to: 'jim@example.com' } }],
  ['size over', { text: `${'x'.repeat(70)}\n`.repeat(400) }],
  ['exists', { headers: { 'X-First': '1', 'X-Second': '2' } }],
  ['allof not', { subject: 'all of it' }],
  ['anyof', { headers: { 'X-Any': 'yes' } }],
  ['INBOX', { subject: 'Nothing of the kind', headers: { 'X-First': '1', 'X-Kind': 'three' } }],
] as const)('tells mail apart: %s', async ([folder, message], { smtp, mailbox }) => {
  const sent = await smtp.send({ to: 'jim@example.com', ...message })
  await expect(mailbox('jim').folder(folder)).toReceive(sent)
})
