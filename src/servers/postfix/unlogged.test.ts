import { expect, it } from 'vitest'
import { parseTopology } from '../../topology/topology.ts'
import { unlogged } from './unlogged.ts'

it.each([
  ['spawn -n policyd-spf -t unix user=policyd-spf argv=/usr/bin/policyd-spf', true],
  ['postsrsd -f10001 -r10002 -dsigned.example -D', true],
  ['postsrsd-wrapper -D', false],
  ['pipe -n mailman -t unix user=list', false],
])('takes the children of "%s" for ones that only answer questions: %s', (command, answers) => {
  expect(unlogged(parseTopology({})).serves?.test(command)).toBe(answers)
})
