import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { ImapMailbox } from './imap.ts'

let server: Server | undefined
afterEach(() => server?.close())

/**
 * An IMAP server with one folder, empty on the first connection, which `atIdle` may end; with a message on later ones.
 * With what a FETCH asks for it says `unasked` too.
 */
async function serve(
  atIdle: (say: (text: string) => void, end: () => void) => void,
  { unasked = [], atNoop }: { unasked?: readonly string[]; atNoop?: (say: (text: string) => void) => void } = {},
): Promise<number> {
  let connections = 0
  const running = createServer((socket) => {
    connections += 1
    const exists = connections === 1 ? 0 : 1
    const say = (text: string) => socket.write(`${text}\r\n`)
    socket.on('error', () => undefined)
    say('* OK [CAPABILITY IMAP4rev1 IDLE] ready')
    let pending = ''
    let idling: string | undefined
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      pending += chunk
      const lines = pending.split('\r\n')
      pending = lines.pop() ?? ''
      for (const line of lines) {
        const [tag, verb = ''] = line.split(' ')
        const command = line.split(' ').slice(1).join(' ').toUpperCase()
        if (line === 'DONE') {
          say(`${idling} OK done`)
          continue
        }
        if (verb === 'CAPABILITY') say('* CAPABILITY IMAP4rev1 IDLE')
        if (verb === 'NAMESPACE') say('* NAMESPACE (("" "/")) NIL NIL')
        if (verb === 'LIST') say('* LIST () "/" INBOX')
        if (verb === 'SELECT') say(`* ${exists} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok`)
        if (command.includes('FETCH')) {
          const source = 'Message-ID: <late@client.example>\r\n\r\nhere\r\n'
          say(`* 1 FETCH (UID 1 FLAGS () RFC822.SIZE ${source.length} BODY[]<0> {${source.length}}\r\n${source})`)
          unasked.forEach(say)
        }
        if (verb === 'NOOP') atNoop?.(say)
        if (verb === 'IDLE') {
          idling = tag
          say('+ idling')
          if (connections === 1) atIdle(say, () => socket.end())
          continue
        }
        say(`${tag} OK done`)
        if (verb === 'LOGOUT') socket.end()
      }
    })
  })
  server = running
  return new Promise((resolve) => {
    running.listen(0, '127.0.0.1', () => {
      const address = running.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function goodbye(say: (text: string) => void, end: () => void): void {
  say('* BYE Server shutting down.')
  end()
}

const mailboxAt = (port: number) =>
  new ImapMailbox({ host: '127.0.0.1', port, user: 'jim', password: 'secret', tls: false })

it('connects once more where a server takes its leave while it is waited for', async () => {
  const port = await serve(goodbye)
  await using mailbox = mailboxAt(port)
  const found = await mailbox.waitFor({ messageId: 'late@client.example' }, { timeoutMs: 5_000 })
  expect(found.uid).toBe(1)
})

it('looks again by itself where a server forgets to tell who idles', async () => {
  let noops = 0
  const port = await serve(() => undefined, {
    atNoop(say) {
      noops += 1
      // The first is asked when the wait begins.
      if (noops === 2) say('* 1 EXISTS')
    },
  })
  await using mailbox = mailboxAt(port)
  const found = await mailbox.waitFor({ messageId: 'late@client.example' })
  expect(found.uid).toBe(1)
})

it('gives up at once where a server goes without a word', async () => {
  const port = await serve((_, end) => end())
  await using mailbox = mailboxAt(port)
  await expect(mailbox.waitFor({ messageId: 'late@client.example' }, { timeoutMs: 5_000 })).rejects.toThrow(
    "Expected a connection to jim's INBOX",
  )
})

// Dovecot 2.4.5 sets a keyword as soon as somebody reads a message for the first time.
it('takes flags that come with a message for no message of their own (RFC 9051 §7.5.2)', async () => {
  const port = await serve(goodbye, { unasked: ['* 1 FETCH (UID 1 FLAGS ($HasNoAttachment))'] })
  await using mailbox = mailboxAt(port)
  await mailbox.waitFor({ messageId: 'late@client.example' }, { timeoutMs: 5_000 })
  const messages = await mailbox.list()
  expect(messages.map(({ uid, messageId }) => ({ uid, messageId }))).toEqual([
    { uid: 1, messageId: 'late@client.example' },
  ])
  expect(messages[0]?.flags).toEqual(new Set(['$HasNoAttachment']))
})
