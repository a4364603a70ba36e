/** A file put into the container before it starts; owned by root. */
export interface ServerFile {
  path: string
  content: string | Buffer
  /** Default 0o644. */
  mode?: number
}
