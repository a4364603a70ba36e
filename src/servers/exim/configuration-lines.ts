import type { ConfigurationFiles, ConfigurationLine } from '../adoption.ts'

/** Lines of Exim's configuration (specification, 6.2): those that go on behind a backslash are one, comments are none. */
export function linesOf(file: string, text: string): ConfigurationLine[] {
  const found: ConfigurationLine[] = []
  let open: ConfigurationLine | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line.startsWith('#') || (line === '' && open === undefined)) continue
    const goesOn = line.endsWith('\\')
    const part = goesOn ? line.slice(0, -1).trimEnd() : line
    if (open === undefined) open = { file, line: index + 1, text: part }
    else open.text = `${open.text} ${part}`.trim()
    if (goesOn) continue
    found.push(open)
    open = undefined
  }
  return open === undefined ? found : [...found, open]
}

/** Made of the files of exim4-config where there is no exim4.conf (update-exim4.conf(8)). */
const WHOLE = '/etc/exim4/exim4.conf'
const TEMPLATE = '/etc/exim4/exim4.conf.template'
const SPLIT = '/etc/exim4/conf.d/'
export const DEBCONF = '/etc/exim4/update-exim4.conf.conf'
export const MACROS = '/etc/exim4/exim4.conf.localmacros'

/** The lines that Exim reads, in that order, as far as files tell; without those of Debian's debconf. */
export function readLines(files: ConfigurationFiles): ConfigurationLine[] {
  const split = /^dc_use_split_config='?true/m.test(files.get(DEBCONF) ?? '')
  const parts = [...files.keys()].filter((path) => path.startsWith(SPLIT)).sort()
  const made = split || !files.has(TEMPLATE) ? parts : [TEMPLATE]
  return withIncluded(files.has(WHOLE) ? [WHOLE] : [MACROS, ...made], files, new Set())
}

function withIncluded(paths: readonly string[], files: ConfigurationFiles, seen: Set<string>): ConfigurationLine[] {
  return paths.flatMap((path) => {
    const text = files.get(path)
    if (text === undefined || seen.has(path)) return []
    seen.add(path)
    return linesOf(path, text).flatMap((line) => {
      const [, included] = /^\.include(?:_if_exists)?\s+"?([^"\s]+)/.exec(line.text) ?? []
      return included === undefined ? [line] : withIncluded([included], files, seen)
    })
  })
}
