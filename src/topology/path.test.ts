import { expect, it } from 'vitest'
import { formatPath, readPath } from './path.ts'

it.each([
  [[], ''],
  [['tls'], 'tls'],
  [['domains', 'example.com', 'aliases', 'sales'], 'domains["example.com"].aliases.sales'],
  [['access', 0, 'action'], 'access[0].action'],
  [['local', 'files', '/etc/a"b]'], 'local.files["/etc/a\\"b]"]'],
])('writes and reads %j', (keys, text) => {
  expect(formatPath(keys)).toBe(text)
  expect(readPath(text)).toEqual(keys)
})

it('reads what can be read', () => {
  expect(readPath('limits: too small')).toEqual(['limits'])
})
