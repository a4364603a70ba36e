/** Where a server keeps what it has promised to keep (RFC 5321 §6.1), and what its processes are: for faults. */
export interface Durability {
  /** The directory of its queue, or of the mail. In a rig with faults it is a file system of its own. */
  place: string
  /**
   * Names, as find(1) takes them, of files in there that a power cut may leave behind and that lock something: the server
   * cannot tell that their owner is gone, and waits for them until they are old. mailrig removes them, as an administrator
   * would, and tells so.
   */
  locks?: readonly string[]
  /**
   * Its programs that it goes on without, by the names that its manual gives them → what the command line of such a process fits, as
   * /proc/<pid>/cmdline has it, with blanks for NULs. For Perl and JavaScript alike.
   */
  daemons: Readonly<Record<string, RegExp>>
}
