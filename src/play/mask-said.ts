/** Cheap, for the many lines that hold none. */
const MAY_HOLD_A_SECRET = /auth|pass|login/i

/** Hides what a step must not show: an initial response of AUTH, an answer to 334, PASS and LOGIN. */
export function masked(lines: readonly string[], lastStatus: string): string {
  const asked = lastStatus === '334'
  if (!asked && !lines.some((line) => MAY_HOLD_A_SECRET.test(line))) return lines.join('\n')
  return lines
    .map((line, index) => {
      if (asked && index === 0 && line !== '*') return MASK
      return line
        .replace(/^(auth\s+\S+\s+)(?!=$)\S.*$/i, `$1${MASK}`)
        .replace(/^(pass\s+)\S.*$/i, `$1${MASK}`)
        .replace(/^(\S+\s+login\s+\S+\s+)\S.*$/i, `$1${MASK}`)
        .replace(/^(\S+\s+authenticate\s+\S+\s+)\S.*$/i, `$1${MASK}`)
        .replace(/^(authenticate\s+\S+\s+)\S.*$/i, `$1${MASK}`)
    })
    .join('\n')
}

const MASK = '***'
