import { expect, it } from 'vitest'
import { readLog } from '../servers/exim/read-log.ts'
import { describeFate, fatesIn } from './fate.ts'

const TRIED =
  '2026-11-22 21:38:56.894 1xVFGy-0000000003s-3Xkc == someone@elsewhere.example R=dnslookup T=remote_smtp defer (-44): SMTP error from remote mail server after RCPT TO:<someone@elsewhere.example>: 451 4.3.2 come back later'
const NOT_YET =
  '2026-11-22 21:38:56.980 1xVFGy-0000000003s-3Xkc == someone@elsewhere.example routing defer (-52): retry time not reached'

const told = (...lines: string[]) => fatesIn(lines.map((line) => readLog(line))).map(describeFate)

it('names why a message was put off, also when the server has looked at it since and found it too early', () => {
  expect(told(TRIED, NOT_YET)).toEqual([expect.stringMatching(/ deferred: .* 451 4\.3\.2 come back later$/)])
})

it('says that it is too early where no more is known', () => {
  expect(told(NOT_YET)).toEqual(['<someone@elsewhere.example> deferred: retry time not reached'])
})
