import { type StoredMessage, storedMessage } from './stored-message.ts'

/** A file of a Maildir: its path under the Maildir, such as `new/1700000000.M1P2.host`, and what it holds. */
export interface MaildirFile {
  path: string
  content: Buffer
}

/** Flag letters at the end of a file name in `cur` (maildir(5), `:2,`), as IMAP flags. */
const FLAGS: Record<string, string> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** The messages of a Maildir, from the files of `new` and `cur`, in the order of delivery; `uid` is the place in it. */
export function readMaildir(files: readonly MaildirFile[]): StoredMessage[] {
  return files
    .filter(({ path }) => /(?:^|\/)(?:new|cur)\/[^/]+$/.test(path))
    .map(({ path, content }) => ({ name: path.slice(path.lastIndexOf('/') + 1), content }))
    .toSorted((a, b) => delivered(a.name) - delivered(b.name) || a.name.localeCompare(b.name))
    .map(({ name, content }, index) => {
      const seconds = delivered(name)
      const letters = /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? ''
      const facts = {
        uid: index + 1,
        size: content.length,
        flags: [...letters].map((letter) => FLAGS[letter]).filter((flag) => flag !== undefined),
        ...(seconds > 0 ? { internalDate: new Date(seconds * 1000) } : {}),
      }
      return storedMessage(facts, content, () => Promise.resolve(content))
    })
}

/** Seconds since the epoch, which begin the name of a file; 0 where they do not. */
function delivered(name: string): number {
  return Number(/^\d+/.exec(name)?.[0] ?? 0)
}
