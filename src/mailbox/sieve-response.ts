/** A response of a ManageSieve server (RFC 5804 §1.2). */
export interface SieveResponse {
  status: 'OK' | 'NO' | 'BYE'
  /** Without parentheses, e.g. `WARNINGS` (RFC 5804 §1.3). */
  code?: string
  /** What the server says to people; of a script that does not compile, where and why. */
  text: string
  /** The lines before, each as its words and strings. */
  data: string[][]
}

// A response code in parentheses, a quoted string, the head of a literal, the end of a line, a word, blanks.
const TOKEN =
  /\((?<code>(?:[^()"]|"(?:[^"\\]|\\.)*")*)\)|"(?<quoted>(?:[^"\\]|\\.)*)"|\{(?<octets>\d+)\+?\}\r\n|(?<eol>\r\n)|(?<word>[^\s"(){}]+)| +/sy

/** The first response in what came so far, with its length in octets; undefined where its end is still to come. */
export function readSieveResponse(octets: Buffer): { response: SieveResponse; length: number } | undefined {
  // One character an octet, so that places in the text are places in the buffer.
  const text = octets.toString('latin1')
  const data: string[][] = []
  let line: string[] = []
  let code: string | undefined
  let at = 0
  for (;;) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(text)?.groups
    if (groups === undefined) return undefined
    at = TOKEN.lastIndex
    if (groups.octets !== undefined) {
      const end = at + Number(groups.octets)
      if (end > octets.length) return undefined
      line.push(utf8(text.slice(at, end)))
      at = end
    } else if (groups.eol !== undefined) {
      const status = line[0]?.toUpperCase()
      if (status === 'OK' || status === 'NO' || status === 'BYE') {
        const response = { status, text: line[1] ?? '', data, ...(code === undefined ? {} : { code }) } as const
        return { response, length: at }
      }
      data.push(line)
      line = []
    } else if (groups.code !== undefined) code = utf8(groups.code)
    else if (groups.quoted !== undefined) line.push(utf8(groups.quoted.replace(/\\(.)/gs, '$1')))
    else if (groups.word !== undefined) line.push(groups.word)
  }
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}
