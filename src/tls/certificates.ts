import { isIP } from 'node:net'
import { type Authority, createAuthority } from './authority.ts'
import type { ServerCertificate } from './server-certificate.ts'

/** What is wrong with a certificate, and everything else right: each is one thing that a client has to check. */
export const FLAWS = ['other-name', 'other-authority', 'expired'] as const
export type Flaw = (typeof FLAWS)[number]

/**
 * Certificates by host name, each made once: a signature costs 20 to 40 ms, and the rigs of a process mostly bear the
 * same names.
 */
export class Certificates {
  readonly #authority: Authority
  /** An authority that nobody of the rig knows. */
  #stranger: Promise<Authority> | undefined
  readonly #issued = new Map<string, Promise<ServerCertificate>>()

  constructor(authority: Authority) {
    this.#authority = authority
  }

  /**
   * The certificate of this name; with what else its clients call the server, addresses or names, which differ from rig
   * to rig, a new one. Its common name is then the first of those, for clients that know an address only there.
   */
  of(name: string, known?: readonly [string, ...string[]]): Promise<ServerCertificate> {
    if (known) {
      return this.#authority.issue({
        commonName: known[0],
        names: [name, ...known.filter((one) => isIP(one) === 0)],
        addresses: known.filter((one) => isIP(one) !== 0),
      })
    }
    let certificate = this.#issued.get(name)
    if (!certificate) {
      certificate = this.#authority.issue({ names: [name] })
      this.#issued.set(name, certificate)
    }
    return certificate
  }

  /** A certificate for this name that whoever checks it has to refuse. */
  async flawed(name: string, flaw: Flaw): Promise<ServerCertificate> {
    switch (flaw) {
      case 'other-name':
        return this.of('somebody-else.example')
      case 'other-authority': {
        this.#stranger ??= createAuthority()
        return (await this.#stranger).issue({ names: [name] })
      }
      case 'expired':
        return this.#authority.issue({ names: [name], expired: true })
    }
  }
}
