import { expect, it } from 'vitest'
import { rig } from './fixtures.ts'

it.each<[string, unknown, string]>([
  [
    'a feature that is none',
    { needs: ['dsnn'] },
    'needs: there is no feature "dsnn"; did you mean "dsn"? There is recipient-verification, compiled-maps',
  ],
  [
    'a feature that is nothing like one',
    { needs: ['expn', 'imap4'] },
    'needs: there is no feature "imap4"; there is recipient-verification',
  ],
  ['a name alone', { needs: 'dsn' }, 'needs is a list of names such as [\'dsn\'], not "dsn"'],
  ['ids that are none', { covers: [8] }, "covers is a list of names such as ['P8'], not [8]"],
  [
    'an option that is none',
    { need: ['dsn'] },
    'there is no option "need"; did you mean "needs"? There is needs, covers, lacking, disk',
  ],
  ['a reason that is none', { lacking: true }, 'lacking is the reason in words, not true'],
  ['a list', 'dsn', 'the options are "dsn", no object'],
])('refuses %s at once', (_, options, message) => {
  expect(() => rig({}, options as never)).toThrow(
    expect.objectContaining({ code: 'RIG_OPTIONS', exitCode: 2, message: expect.stringContaining(message) }),
  )
})
