import { generateKeyPairSync } from 'node:crypto'
import { dkimRecord as recordOf } from '../../../mail-auth/dkim-record.ts'
import { formatPlace, type SourceTree, textOf } from '../source-tree.ts'
import { readSettings } from './filter.ts'

/** A key that OpenDKIM signs with (RFC 6376 §3.6.2). */
export interface DkimKey {
  domain: string
  selector: string
  /** Of the file with the private half. */
  path: string
  /** The line that names it. */
  from: string
  /** PEM, made up where the file was not given. */
  privateKey: string
  given: boolean
}

const CONFIGURATION = '/etc/opendkim.conf'

const known = new WeakMap<SourceTree, DkimKey[]>()

/** The keys that opendkim.conf names: `Domain`, `Selector` and `KeyFile`, or the rows of a `KeyTable` that is a file. */
export function dkimKeys(tree: SourceTree): DkimKey[] {
  // A key that is made up is the same wherever it is asked for.
  const keys = known.get(tree) ?? readKeys(tree)
  known.set(tree, keys)
  return keys
}

function readKeys(tree: SourceTree): DkimKey[] {
  const settings = readSettings(textOf(tree, CONFIGURATION) ?? '')
  const last = (name: string) => settings.findLast((one) => one.name === name)
  const at = (line: number) => formatPlace({ file: CONFIGURATION, line })
  const keyFile = last('keyfile')
  const domains =
    last('domain')
      ?.value.split(/[\s,]+/)
      .filter((word) => word.includes('.')) ?? []
  const selector = last('selector')?.value
  const single =
    keyFile && selector !== undefined
      ? domains.map((domain) => ({ domain, selector, path: keyFile.value, from: at(keyFile.line) }))
      : []
  const table = last('keytable')?.value.replace(/^(?:re)?file:/, '')
  const rows = (textOf(tree, table ?? '') ?? '').split('\n').flatMap((line, index) => {
    const [, domain = '', row = '', path = ''] = /^\s*[^#\s]\S*\s+([^\s:]+):([^\s:]+):(\/\S+)/.exec(line) ?? []
    const from = formatPlace({ file: table ?? '', line: index + 1 })
    // `%` stands for the sender's domain, which may be any.
    return domain === '' || domain === '%' ? [] : [{ domain, selector: row, path, from }]
  })
  const made = new Map<string, string>()
  return [...single, ...rows].map((key) => {
    const given = textOf(tree, key.path)
    const privateKey = given ?? made.get(key.path) ?? newKey()
    made.set(key.path, privateKey)
    return { ...key, privateKey, given: given !== undefined }
  })
}

/** The TXT record of a key (RFC 6376 §3.6.1); undefined where the private half is none, which OpenDKIM will say itself. */
export function dkimRecord({ domain, selector, privateKey }: DkimKey): { name: string; text: string } | undefined {
  try {
    return { name: `${selector}._domainkey.${domain}`, text: recordOf(privateKey) }
  } catch {
    return undefined
  }
}

/** The records of all of them. */
export function dkimRecords(tree: SourceTree): { name: string; text: string }[] {
  return dkimKeys(tree).flatMap((key) => dkimRecord(key) ?? [])
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}
