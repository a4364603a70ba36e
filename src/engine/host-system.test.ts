import { describe, expect, it } from 'vitest'
import { isDebianLike } from './host-system.ts'

describe('isDebianLike', () => {
  it.each([
    ['PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', true],
    ['ID=ubuntu\nID_LIKE=debian\n', true],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
    ['ID=fedora\n', false],
    ['ID="rhel"\nID_LIKE="fedora"\n', false],
    ['', false],
  ])('%j: %s', (release, expected) => {
    expect(isDebianLike(release)).toBe(expected)
  })
})
