import { InputError } from '../errors/mailrig-error.ts'
import type { DkimKey } from './dkim-key.ts'

export interface DkimSignOptions {
  /** How header and body are made alike before they are signed (RFC 6376 §3.4). Default `relaxed/relaxed`. */
  canonicalization?: 'relaxed/relaxed' | 'relaxed/simple' | 'simple/relaxed' | 'simple/simple'
  /** Header fields that are signed. Default: those that matter, as far as they are there. */
  headers?: string[]
  /** How many octets of the body are signed (`l=`), so that something may be added behind. Default: all. */
  bodyLength?: number
  /** What is changed behind the signature, so that it does not verify. Default: nothing. */
  broken?: 'body' | 'subject'
}

/**
 * A message with a DKIM signature on top, or several.
 *
 * @param message lines end as they will; what comes back has CRLF
 * @throws {InputError} DKIM_KEY where the signer says why it could not sign
 */
export async function dkimSign(
  message: Buffer | string,
  keys: DkimKey | readonly DkimKey[],
  options: DkimSignOptions = {},
): Promise<Buffer> {
  const { canonicalization = 'relaxed/relaxed', headers, bodyLength, broken } = options
  const content = withCrlf(message)
  // Few tests need it, and it brings much along.
  const { dkimSign: sign } = await import('mailauth/lib/dkim/sign.js')
  const signatureData = [keys].flat().map(({ domain, selector, privateKey }) => ({
    signingDomain: domain,
    selector,
    privateKey,
    canonicalization,
    ...(headers ? { headerList: headers } : {}),
    ...(bodyLength === undefined ? {} : { maxBodyLength: bodyLength }),
  }))
  const [first] = signatureData
  if (first === undefined) throw noKey('there is no key')
  // The keys are read from the list; its types ask for one outside as well.
  const { signatures, errors } = await sign(content, { ...first, signatureData })
  const [error] = errors ?? []
  if (error) throw noKey(`the message cannot be signed for ${error.signingDomain}: ${error.err?.message ?? error.err}`)
  return Buffer.concat([Buffer.from(signatures, 'latin1'), broken ? brokenIn(content, broken) : content])
}

export interface ArcSealOptions {
  /** What the sealer found, in the words of RFC 8601, e.g. `mx.example.com; dkim=pass header.d=sender.example`. */
  authResults: string
  /** What it says of the chain before it. Default `none`: this is the first set. */
  chain?: 'none' | 'pass' | 'fail'
}

/** A message with one more ARC set on top (RFC 8617). @throws {InputError} DKIM_KEY where it could not be sealed */
export async function arcSeal(
  message: Buffer | string,
  { domain, selector, privateKey }: DkimKey,
  { authResults, chain = 'none' }: ArcSealOptions,
): Promise<Buffer> {
  const content = withCrlf(message)
  const { sealMessage } = await import('mailauth/lib/arc/index.js')
  const seal = await sealMessage(content, { signingDomain: domain, selector, privateKey, authResults, cv: chain })
  if (seal.length === 0) throw noKey(`the message cannot be sealed for ${domain}`)
  return Buffer.concat([seal, content])
}

function noKey(message: string): InputError {
  return new InputError(message, {
    code: 'DKIM_KEY',
    remedy: "Sign with what dkimKey({ domain: 'sender.example' }) gives.",
  })
}

function brokenIn(content: Buffer, what: 'body' | 'subject'): Buffer {
  if (what === 'body') return Buffer.concat([content, Buffer.from('A line that was not signed.\r\n')])
  const end = content.indexOf('\r\n\r\n')
  const head = content.toString('latin1', 0, end).replace(/^(Subject: ?)/im, '$1[list] ')
  return Buffer.concat([Buffer.from(head, 'latin1'), content.subarray(end)])
}

function withCrlf(message: Buffer | string): Buffer {
  const octets = typeof message === 'string' ? Buffer.from(message, 'utf8') : message
  return Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
}
