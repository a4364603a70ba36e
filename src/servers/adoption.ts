/** A configuration of the user's own: path on its host → text. */
export type ConfigurationFiles = ReadonlyMap<string, string>

/** A line of such a configuration. */
export interface ConfigurationLine {
  file: string
  /** From 1. */
  line: number
  /** Without what it only stands for, such as blanks at its begin. */
  text: string
}

/** What an adapter knows of configurations that mailrig did not render. */
export interface Adoption {
  /**
   * The line that decides about a setting, by its word in `settings` of a check; undefined where none says anything of it.
   * Pure.
   */
  deciding(word: string, files: ConfigurationFiles): ConfigurationLine | undefined
  /** The words of those settings that say who is trusted. Where that is everybody, they decide about all the others. */
  trust: readonly string[]
}
