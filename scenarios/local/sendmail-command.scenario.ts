import { expect, rig } from 'mailrig/vitest'

// An account for each test: procmail, which delivers for sendmail, lets a mailbox rest for a second after it was read.
const it = rig(
  {
    host: 'mx.example.com',
    local: { accounts: ['jim', 'petra', 'gerda', 'tom', 'mary', 'anna', 'tina', 'lisa'] },
    internet: ['elsewhere.example'],
  },
  { covers: ['L4', 'S23'] },
)

/** Says each argument to `sendmail -bs` when the reply to the one before has come, and prints the replies. */
const CONVERSE = `
  coproc sendmail -bs
  reply() {
    while IFS= read -r -u "$in" line; do
      echo "$line"
      case $line in ???-*) ;; *) break ;; esac
    done
  }
  exec {in}<&"\${COPROC[0]}" {out}>&"\${COPROC[1]}"
  reply
  for command; do
    printf '%s\\r\\n' "$command" >&"$out"
    reply
  done
`

function lines(...text: string[]): string {
  return text.map((line) => `${line}\n`).join('')
}

it('takes a message by sendmail -t for whom its To, Cc and Bcc name, and shows nobody the Bcc', async ({
  mta,
  localMailbox,
}) => {
  const messageId = 'by-sendmail-t@mx.example.com'
  const { exitCode } = await mta.exec(['sendmail', '-t'], {
    user: 'jim',
    input: lines(`Message-ID: <${messageId}>`, 'To: petra', 'Bcc: gerda', 'Subject: from a program', '', 'Hello.'),
  })
  expect(exitCode).toBe(0)
  const toPetra = await localMailbox('petra').receive({ messageId })
  const toGerda = await localMailbox('gerda').receive({ messageId })
  expect(toPetra.from, 'the account that called, at the host').toBe('jim@mx.example.com')
  for (const stored of [toPetra, toGerda]) {
    expect((await stored.raw()).toString('latin1')).not.toMatch(/^Bcc:.*gerda/im)
  }
})

it('takes the recipients of the command line, and the sender of -f', async ({ mta, localMailbox }) => {
  const messageId = 'by-sendmail-f@mx.example.com'
  await mta.exec(['sendmail', '-i', '-f', 'jim@mx.example.com', 'tom@mx.example.com'], {
    input: lines(`Message-ID: <${messageId}>`, 'To: someone.else@client.example', '', 'One.', '.', 'Two.'),
  })
  const stored = await localMailbox('tom').receive({ messageId })
  const raw = (await stored.raw()).toString('latin1')
  expect(raw).toMatch(/^Return-Path: <jim@mx\.example\.com>$/im)
  expect(raw, 'with -i a dot alone does not end the message').toContain('\nOne.\n.\nTwo.\n')
})

it('speaks SMTP on standard input by sendmail -bs', async ({ mta, localMailbox }) => {
  mta.requires('sendmail-modes')
  const messageId = 'by-sendmail-bs@mx.example.com'
  const { stdout } = await mta.exec(
    [
      ...['bash', '-c', CONVERSE, 'sendmail', 'EHLO localhost', 'MAIL FROM:<jim@mx.example.com>'],
      ...['RCPT TO:<mary@mx.example.com>', 'DATA', `Message-ID: <${messageId}>\r\n\r\nHello.\r\n.`, 'QUIT'],
    ],
    { user: 'jim' },
  )
  const codes = stdout.split(/\r?\n/).flatMap((line) => /^(\d{3}) /.exec(line)?.[1] ?? [])
  expect(codes).toEqual(['220', '250', '250', '250', '354', '250', '221'])
  await expect(localMailbox('mary')).toReceive({ messageId })
})

it('lists what waits, and why, by mailq and sendmail -bp, and tries it again by sendmail -q', async ({
  mta,
  upstream,
}) => {
  mta.requires('sendmail-modes')
  upstream.on('mail', { reply: '451 4.3.2 come back later' })
  const messageId = 'to-be-deferred@mx.example.com'
  const deferred = mta.log.next((line) => line.includes('451 4.3.2 come back later'))
  await mta.exec(['sendmail', '-f', 'jim@mx.example.com', 'someone@elsewhere.example'], {
    input: lines(`Message-ID: <${messageId}>`, 'Subject: later', '', 'Hello.'),
  })
  await deferred
  for (const command of [['mailq'], ['sendmail', '-bp']]) {
    const { stdout } = await mta.run(command)
    expect(stdout, command.join(' ')).toContain('someone@elsewhere.example')
    expect(stdout, command.join(' ')).toContain('jim@mx.example.com')
  }

  upstream.reset()
  const relayed = upstream.next({ messageId })
  await mta.run(['sendmail', '-q'])
  expect((await relayed).to).toEqual(['someone@elsewhere.example'])
  await mta.settled({ messageId })
  const { stdout } = await mta.run(['mailq'])
  expect(stdout).not.toContain('someone@elsewhere.example')
})

it.for([
  { command: 'newaliases', reader: 'anna' },
  { command: 'sendmail -bi', reader: 'tina' },
])('knows a new alias after $command', async ({ command, reader }, { mta, smtp, localMailbox }) => {
  mta.requires('newaliases')
  const file = mta.files.find(({ path }) => path.endsWith('/aliases'))
  if (!file) throw new Error('every MTA has an alias file')
  await mta.write([{ ...file, content: `${file.content}new-${reader}: ${reader}\n` }])
  await mta.run(command.split(' '))
  // Postfix tells a table from the one before by the second in which it was made, and these may be made in one.
  await mta.reload()
  const message = await smtp.send({ to: `new-${reader}@mx.example.com` })
  await expect(localMailbox(reader)).toReceive(message)
})

it('says of an address where mail for it goes by sendmail -bt, or refuses with a code that it has no such mode', async ({
  mta,
  observe,
}) => {
  mta.requires('sendmail-modes')
  const { exitCode, stdout, stderr } = await mta.exec(['sendmail', '-bt', 'petra@mx.example.com'], {
    input: '/parse petra@mx.example.com\n',
  })
  const known = mta.supports('address-test-mode') === true
  expect(exitCode === 0, `exit code ${exitCode}`).toBe(known)
  expect(stdout + stderr).toMatch(known ? /\blocal/ : /unsupported/i)
  observe('sendmail -bt', `exit code ${exitCode}`)
})

it('delivers nothing when sendmail -bv asks about an address', async ({ mta, localMailbox, smtp, observe }) => {
  mta.requires('sendmail-modes')
  const verified = await mta.exec(['sendmail', '-bv', 'lisa@mx.example.com'])
  expect(verified.exitCode).toBe(0)
  observe('sendmail -bv of a known address', verified.stdout.trim().split('\n')[0] ?? '')
  const unknown = await mta.exec(['sendmail', '-bv', 'stranger@mx.example.com'])
  observe('sendmail -bv of an unknown address', `exit code ${unknown.exitCode}`)
  const before = await localMailbox('lisa').list()
  const message = await smtp.send({ to: 'lisa@mx.example.com' })
  await expect(localMailbox('lisa')).toReceive(message)
  expect(await localMailbox('lisa').list()).toHaveLength(before.length + 1)
})
