/** Attributes of an entry of a directory, each with a value or several. */
export type DirectoryAttributes = Readonly<Record<string, string | readonly string[]>>

/** An entry as a search gives it. */
export interface DirectoryEntry {
  dn: string
  /** All values of each attribute, in the order in which they came. */
  attributes: Readonly<Record<string, readonly string[]>>
}
