import type { ManageSieve, SieveScript } from './manage-sieve.ts'

/**
 * Somebody's Sieve scripts, by a ManageSieve session that is opened when first needed. A script with an error is
 * refused with MailboxCommandError, whose `answer` is the server's message and place.
 */
export class SieveScripts {
  readonly #open: () => Promise<ManageSieve>
  #session: Promise<ManageSieve> | undefined

  /** @param open connects and logs in */
  constructor(open: () => Promise<ManageSieve>) {
    this.#open = open
  }

  /** Stores a script, in place of one of that name. Gives the server's warnings. */
  async put(name: string, script: string): Promise<string> {
    return (await this.#connected()).put(name, script)
  }

  /** Compiles a script and stores nothing. Gives the server's warnings. */
  async check(script: string): Promise<string> {
    return (await this.#connected()).check(script)
  }

  /** Makes a script the one that deliveries run; without a name, no script is active. */
  async activate(name?: string): Promise<void> {
    await (await this.#connected()).activate(name)
  }

  /** Stores a script and makes it the active one. */
  async install(script: string, name = 'active'): Promise<void> {
    await this.put(name, script)
    await this.activate(name)
  }

  async list(): Promise<SieveScript[]> {
    return (await this.#connected()).list()
  }

  /** The script as it was stored. */
  async get(name: string): Promise<string> {
    return (await this.#connected()).get(name)
  }

  /** Removes a script; the active one is refused. */
  async delete(name: string): Promise<void> {
    await (await this.#connected()).delete(name)
  }

  #connected(): Promise<ManageSieve> {
    this.#session ??= this.#open()
    this.#session.catch(() => {
      this.#session = undefined
    })
    return this.#session
  }
}
