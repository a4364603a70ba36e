import { expect, it } from 'vitest'
import { disksWanted } from './disk-options.ts'

it.each([
  [true, { of: ['mta'], sync: 'kept', mebibytes: 128 }],
  [
    { of: 'both', sync: 'ignored', mebibytes: 32 },
    { of: ['mta', 'store'], sync: 'ignored', mebibytes: 32 },
  ],
  [{ of: 'store' }, { of: ['store'], sync: 'kept', mebibytes: 128 }],
])('reads %j', (given, wanted) => {
  expect(disksWanted(given)).toEqual(wanted)
})

it.each([
  [false, "disk is true, or options such as { of: 'mta' }, not false"],
  [{ off: 'mta' }, 'disk: there is no option "off"; did you mean "of"?'],
  [{ of: 'mat' }, 'disk: of is one of "mta", "store", "both", not "mat"'],
  [{ sync: 'never' }, 'disk: sync is one of "kept", "ignored", not "never"'],
  [{ mebibytes: 8 }, 'disk: mebibytes is a whole number from 16 to 4096, not 8'],
])('refuses %j', (given, message) => {
  expect(() => disksWanted(given)).toThrow(
    expect.objectContaining({ code: 'FAULT_OPTIONS', exitCode: 2, message: expect.stringContaining(message) }),
  )
})
