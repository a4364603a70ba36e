import { expect, it } from 'vitest'
import { postsrsd, shellVariable } from './postsrsd.ts'

it('reads variables as a shell does: the last one counts, quotation marks and comments are none of it', () => {
  const text = '# SRS_FORWARD_PORT=1\nSRS_FORWARD_PORT=2\nSRS_FORWARD_PORT="3" # three\nSRS_DOMAIN=\'a.example\'\n'
  expect(shellVariable(text, 'SRS_FORWARD_PORT')).toEqual({ value: '3', line: 3 })
  expect(shellVariable(text, 'SRS_DOMAIN')).toEqual({ value: 'a.example', line: 4 })
  expect(shellVariable(text, 'RUN_AS')).toBeUndefined()
})

it('listens where its configuration says, or where the package has it', () => {
  const tree = (text: string) => ({
    label: 'test',
    files: new Map([
      ['/etc/default/postsrsd', { path: '/etc/default/postsrsd', content: Buffer.from(text), mode: 0o644 }],
    ]),
    left: [],
  })
  expect(postsrsd.address(tree('SRS_FORWARD_PORT=7\n'))).toEqual({ at: 'inet:7', from: '/etc/default/postsrsd:1' })
  expect(postsrsd.address(tree(''))).toEqual({ at: 'inet:10001', from: '/etc/default/postsrsd' })
})
