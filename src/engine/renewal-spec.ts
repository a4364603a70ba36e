/** What of a server's files is data, which it looks up as it runs, and how one rig's is put in place of another's. */
export interface Renewal {
  /** Files and directories: made as the image has them, then filled with the files that are rendered there. */
  data: readonly string[]
  /** Where the server keeps what belongs to itself. Who changes a file elsewhere gets a new server after it. */
  own: readonly string[]
  /** A command that ends with 0 when nobody is served, and all is logged. */
  rest: readonly string[]
  /** A command to run when the new data are there. */
  prepare?: readonly string[]
}
