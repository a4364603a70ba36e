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

/** What an adapter knows of configurations that mailrig did not render, and of hosts that run them. */
export interface Adoption {
  /** Packages of Debian that it needs there, whatever the files say. */
  packages: readonly string[]
  /**
   * What the packages put into its folders that is not part of the configuration that was given, as patterns of sh(1): it is
   * removed before the files are laid down. Pure.
   */
  packageFiles?(files: ConfigurationFiles): readonly string[]
  /** Directories to which its processes are bound by chroot(2): they log there, too. */
  jails?: readonly string[]
  /** Files that it logs to, where that is not the system log. */
  logs?: readonly string[]
  /** A directory in which a file that was written just now passes for half-written. */
  distrustsNew?: string
  /**
   * The line that decides about a setting, by its word in `settings` of a check; undefined where none says anything of it.
   * Pure.
   */
  deciding?(word: string, files: ConfigurationFiles): ConfigurationLine | undefined
  /** The words of those settings that say who is trusted. Where that is everybody, they decide about all the others. */
  trust?: readonly string[]
}
