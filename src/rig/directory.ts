import { MailrigError } from '../errors/mailrig-error.ts'
import { ACCOUNT_DIRECTORY } from '../servers/account-directory.ts'
import type { DirectoryAttributes, DirectoryEntry } from '../servers/directory-entry.ts'
import { wholeDn } from '../servers/openldap/dn.ts'
import { addition, deletion, modification, readEntries } from '../servers/openldap/ldif.ts'
import { CHANGE, openldap, search } from '../servers/openldap/server.ts'
import { AccountHost, type RunningAccounts, startAccountHost } from './account-host.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { World } from './world.ts'

/**
 * The OpenLDAP server with a rig's accounts. docker/openldap/mail.schema says what an entry has. A name of an entry may be
 * whole, or stand without the suffix: `mail=jim@example.com,ou=mailboxes`.
 */
export interface Directory extends RunningAccounts {
  /** The name that all others end in. */
  readonly suffix: string
  /**
   * Adds an entry.
   *
   * @throws {MailrigError} DIRECTORY_REFUSED with the server's own words
   * @example
   * await directory.add('mail=lisa@example.com,ou=mailboxes', {
   *   objectClass: 'mailbox', mail: 'lisa@example.com', userPassword: 'secret',
   * })
   */
  add(dn: string, attributes: DirectoryAttributes): Promise<void>
  /** Gives attributes of an entry other values. `[]` removes an attribute. @throws {MailrigError} DIRECTORY_REFUSED */
  modify(dn: string, attributes: DirectoryAttributes): Promise<void>
  /** Deletes an entry. @throws {MailrigError} DIRECTORY_REFUSED */
  delete(dn: string): Promise<void>
  /** Entries that a filter finds (RFC 4515), e.g. `(mail=jim@example.com)`. @throws {MailrigError} DIRECTORY_REFUSED */
  search(filter: string): Promise<DirectoryEntry[]>
}

/** Starts OpenLDAP for a rig, and fills it. @throws as `startAccountHost` does */
export function startDirectory(world: World, options: DatabaseOptions): Promise<Directory> {
  return startAccountHost(world, openldap, options, OpenLdap)
}

class OpenLdap extends AccountHost implements Directory {
  readonly suffix = ACCOUNT_DIRECTORY.suffix

  async add(dn: string, attributes: DirectoryAttributes): Promise<void> {
    await this.#ask(CHANGE, addition(wholeDn(dn), attributes))
  }

  async modify(dn: string, attributes: DirectoryAttributes): Promise<void> {
    await this.#ask(CHANGE, modification(wholeDn(dn), attributes))
  }

  async delete(dn: string): Promise<void> {
    await this.#ask(CHANGE, deletion(wholeDn(dn)))
  }

  async search(filter: string): Promise<DirectoryEntry[]> {
    return readEntries(await this.#ask(search(filter)))
  }

  async #ask(command: string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.exec(command, input)
    if (exitCode === 0) return stdout
    throw new MailrigError(`OpenLDAP: ${stderr.trim()}`, {
      code: 'DIRECTORY_REFUSED',
      remedy: 'See the names and the attributes; docker/openldap/mail.schema says what an entry has.',
    })
  }
}
