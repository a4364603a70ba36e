import type { ServerCertificate } from '../servers/contract.ts'
import type { Authority } from './authority.ts'

/**
 * Certificates by host name, each made once: a signature costs 20 to 40 ms, and the rigs of a process mostly bear the
 * same names.
 */
export class Certificates {
  readonly #authority: Authority
  readonly #issued = new Map<string, Promise<ServerCertificate>>()

  constructor(authority: Authority) {
    this.#authority = authority
  }

  /** The certificate of this name; with `addresses`, which differ from rig to rig, a new one. */
  of(name: string, addresses?: string[]): Promise<ServerCertificate> {
    if (addresses) return this.#authority.issue({ names: [name], addresses })
    let certificate = this.#issued.get(name)
    if (!certificate) {
      certificate = this.#authority.issue({ names: [name] })
      this.#issued.set(name, certificate)
    }
    return certificate
  }
}
