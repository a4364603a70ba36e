/** One file of a configuration that is put under test. */
export interface SourceFile {
  /** Where it lies on the host it comes from, e.g. `/etc/postfix/main.cf`. */
  path: string
  content: Buffer
  /** Permission bits; git and some archives lose them. */
  mode: number
  /** Names as the archive has them; a directory tells none. */
  owner?: { user: string; group: string }
}

/** A configuration as it was handed over, laid out as on its host. Nothing of it is ever changed. */
export interface SourceTree {
  /** What the user called it: a path, or `standard input`. */
  label: string
  files: ReadonlyMap<string, SourceFile>
  /** What was there and was left out, with the reason. */
  left: readonly { path: string; reason: string }[]
}

/** A place in the user's configuration. */
export interface Place {
  file: string
  /** From 1. Absent: the whole file. */
  line?: number
}

/** `/etc/postfix/main.cf:12`. */
export function formatPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`
}

/** The text of a file; undefined where the tree has none. */
export function textOf(tree: SourceTree, path: string): string | undefined {
  return tree.files.get(path)?.content.toString('utf8')
}

/** Paths of the files below a folder, sorted. */
export function below(tree: SourceTree, folder: string): string[] {
  return [...tree.files.keys()].filter((path) => path.startsWith(`${folder}/`)).sort()
}
