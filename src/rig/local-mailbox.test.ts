import { describe, expect, it } from 'vitest'
import type { ContainerFile } from '../engine/container-files.ts'
import { LocalMailbox } from './local-mailbox.ts'

/** A host with one spool directory, whose log says what the test says. */
function host(files: Record<string, string>) {
  const listeners = new Set<() => void>()
  const state = { atRest: false, ended: undefined as string | undefined }
  const read = async (path: string): Promise<ContainerFile[]> =>
    Object.entries(files)
      .filter(([name]) => name === path || (path.endsWith('/') && name.startsWith(path)))
      .map(([name, text]) => ({
        path: name,
        content: Buffer.from(text),
        mode: 0o600,
        uid: 1000,
        gid: 8,
        mtime: new Date(0),
      }))
  const mta = {
    atRest: () => state.atRest,
    get ended() {
      return state.ended
    },
    onRest: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    queueIdsOf: () => ['A'],
    read,
  }
  const tell = (change: Partial<typeof state>) => {
    Object.assign(state, change)
    for (const listener of listeners) listener()
  }
  return { mta, tell, listeners }
}

const MESSAGE = 'From marc@client.example Sat Nov 22 10:50:31 2026\nMessage-ID: <m@x>\nSubject: there\n\ntext\n\n'
const JIM = { user: 'jim', address: 'jim@mx.example.com', format: 'mbox' } as const

describe('LocalMailbox', () => {
  it('waits until the log says that the message is written, and reads it then', async () => {
    const files: Record<string, string> = { '/var/mail/jim': MESSAGE.slice(0, -7) }
    const { mta, tell, listeners } = host(files)
    const wait = new LocalMailbox(mta, JIM).waitFor('<m@x>')
    await new Promise(setImmediate)
    files['/var/mail/jim'] = MESSAGE
    tell({ atRest: true })
    expect((await (await wait).raw()).toString()).toBe('Message-ID: <m@x>\nSubject: there\n\ntext\n')
    expect(listeners.size).toBe(0)
  })

  it('names what is there instead', async () => {
    const { mta } = host({ '/var/mail/jim': MESSAGE })
    await expect(new LocalMailbox(mta, JIM).waitFor('other@x', { timeoutMs: 5 })).rejects.toThrow(
      'waited for the message <other@x> in the mailbox of jim@mx.example.com, but 5 ms are over\n' +
        'in the mailbox instead:\n  <m@x> "there"',
    )
  })

  it('ends at once when the server is gone', async () => {
    const { mta, tell } = host({})
    const wait = new LocalMailbox(mta, JIM).waitFor('m@x')
    tell({ ended: 'it exited' })
    await expect(wait).rejects.toThrow('but it exited\nthe mailbox is empty')
  })

  it('reads a Maildir where that is the format, and folders below the home directory', async () => {
    const text = 'Message-ID: <m@x>\n\ntext\n'
    const { mta } = host({
      '/home/jim/Maildir/new/1.a.b': text,
      '/home/jim/Lists/new/2.a.b': text,
      '/home/jim/old': MESSAGE,
    })
    const mailbox = new LocalMailbox(mta, { ...JIM, format: 'maildir' })
    for (const folder of [undefined, 'Lists/', 'old']) {
      expect((await mailbox.list(folder)).map(({ messageId }) => messageId)).toEqual(['m@x'])
    }
  })
})
