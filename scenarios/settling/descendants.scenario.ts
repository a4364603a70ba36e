import { expect, rig } from 'mailrig/vitest'

// Every way in which mail is made while other mail is delivered. Of each, an assertion that nothing leaves must wait for
// what is made, and fail.
const SUBMIT = `#!/bin/sh
# Writes a message to the address in $1, some time after the delivery where $2 says so.
submit() { printf 'Subject: made by a program\\n\\ntext\\n' | /usr/sbin/sendmail -f robot@mx.example.com "$1"; }
cat > /dev/null
case \${2:-} in
  '') submit "$1" ;;
  twice) submit "$1"; submit "$1" ;;
  slowly) sleep 1; submit "$1" ;;
  behind) (sleep 1; submit "$1") < /dev/null > /dev/null 2>&1 & ;;
esac
`

const it = rig(
  {
    host: 'mx.example.com',
    domains: {
      'example.com': {
        mailboxes: {
          vacation: { sieve: 'require "vacation";\nvacation :addresses "answered@example.com" "Away.";\n' },
          redirect: { sieve: 'redirect "someone@elsewhere.example";\n' },
          neighbour: { sieve: 'redirect "redirect@example.com";\n' },
          answered: { sieve: 'redirect "vacation@example.com";\n' },
          reject: { sieve: 'require "reject";\nreject "Not for me.";\n' },
          inside: { sieve: 'redirect "petra@example.com";\n' },
          petra: {},
        },
        aliases: { forward: 'someone@elsewhere.example', list: ['petra', 'one@elsewhere.example'] },
      },
    },
    local: {
      accounts: {
        forward: { forward: ['someone@elsewhere.example'] },
        piped: { forward: ['"|/usr/local/bin/submit someone@elsewhere.example"'] },
        procmail: { procmailrc: [':0', '! someone@elsewhere.example'] },
        formail: { procmailrc: [':0', '| /usr/local/bin/submit someone@elsewhere.example'] },
      },
      aliases: {
        robot: '|/usr/local/bin/submit someone@elsewhere.example',
        two: '"|/usr/local/bin/submit someone@elsewhere.example twice"',
        slow: '"|/usr/local/bin/submit someone@elsewhere.example slowly"',
        behind: '"|/usr/local/bin/submit someone@elsewhere.example behind"',
        chain: 'piped',
        far: ['robot', 'someone@elsewhere.example'],
      },
      files: { '/usr/local/bin/submit': SUBMIT },
    },
    internet: ['client.example', 'elsewhere.example'],
  },
  { covers: ['D7', 'L1', 'L3', 'L8'], needs: ['dot-forward'] },
)

const MADE: [string, string, number][] = [
  ['a vacation answer', 'vacation@example.com', 1],
  ['a copy redirected by Sieve', 'redirect@example.com', 1],
  ['a copy redirected twice', 'neighbour@example.com', 1],
  ['a vacation answer to a redirected copy', 'answered@example.com', 1],
  ['a rejection by Sieve', 'reject@example.com', 1],
  ['a copy by a virtual alias', 'forward@example.com', 1],
  ['a copy for a member of a list', 'list@example.com', 1],
  ['a copy by ~/.forward', 'forward@mx.example.com', 1],
  ['mail of a program in ~/.forward', 'piped@mx.example.com', 1],
  ['a copy forwarded by procmail', 'procmail@mx.example.com', 1],
  ['mail of a program that procmail starts', 'formail@mx.example.com', 1],
  ['mail of a program behind an alias', 'robot@mx.example.com', 1],
  ['two messages of a program', 'two@mx.example.com', 2],
  ['mail of a program that takes its time', 'slow@mx.example.com', 1],
  ['mail of a program that goes on behind the delivery', 'behind@mx.example.com', 1],
  ['mail of a program behind two aliases', 'chain@mx.example.com', 1],
  ['a copy, and mail of a program', 'far@mx.example.com', 2],
]

for (const [index, [what, to, count]] of MADE.entries()) {
  it(`waits for ${what} before it says what left`, async ({ smtp, upstream }) => {
    // A sender of its own: vacation answers each only once.
    await smtp.send({ from: `marc-${index}@client.example`, to })
    await expect(expect(upstream).toHaveRelayedNothing()).rejects.toThrow('it was handed')
    expect(upstream.messages).toHaveLength(count)
  })
}

it('waits for a copy redirected to a neighbour before it says what a mailbox received', async ({ smtp, mailbox }) => {
  await smtp.send({ from: 'marc@client.example', to: 'inside@example.com' })
  await expect(expect(mailbox('petra')).toReceiveNothing()).rejects.toThrow('it received')
})

it('waits for the bounce to a mailbox before it says what that received', async ({ smtp, mailbox, upstream }) => {
  upstream.on('rcpt', { reply: '550 5.1.1 nobody' })
  await smtp.send({ from: 'petra@example.com', to: 'forward@mx.example.com' })
  await expect(expect(mailbox('petra')).toReceiveNothing()).rejects.toThrow('it received')
})

it('says that nothing left where mail stays inside', async ({ smtp, mailbox, upstream }) => {
  const message = await smtp.send({ from: 'marc@client.example', to: 'petra@example.com' })
  await expect(upstream).toHaveRelayedNothing()
  await expect(mailbox('petra')).toReceive(message)
})
