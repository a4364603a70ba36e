import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import type { DkimSigning } from '../subject.ts'
import type { Flaws } from './flaws.ts'

const DOMAINS = ['example.com', 'example.net']
const SELECTOR = 'control'

const [KEY, ANOTHER] = [newKey(), newKey()]
const PUBLIC = createPublicKey(KEY).export({ type: 'spki', format: 'der' }).toString('base64')

function newKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

export const SIGNING: DkimSigning = {
  domains: DOMAINS,
  txt: (name) =>
    DOMAINS.some((domain) => name === `${SELECTOR}._domainkey.${domain}`) ? [`v=DKIM1; k=rsa; p=${PUBLIC}`] : [],
}

/** A message of one of these domains with its signature; another as it is. */
export async function signed(text: string, from: string, { signs }: Pick<Flaws, 'signs'>): Promise<string> {
  const domain = from.split('@')[1] ?? ''
  if (signs === 'nothing' || !DOMAINS.includes(domain)) return text
  const privateKey = signs === 'with another key' ? ANOTHER : KEY
  const key = { signingDomain: domain, selector: SELECTOR, privateKey }
  // The key is read from the list; its types ask for it outside as well.
  const options = { canonicalization: 'relaxed/relaxed', ...key, signatureData: [key] }
  const { signatures } = await dkimSign(Buffer.from(text, 'latin1'), options)
  return `${signatures}${text}`
}
