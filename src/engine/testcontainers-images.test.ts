import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { REAPER_IMAGE } from './reaper-image.ts'

describe('REAPER_IMAGE', () => {
  it('is the one that the installed testcontainers starts', () => {
    const { getReaperImage } = createRequire(import.meta.url)('testcontainers/build/reaper/reaper') as {
      getReaperImage(): string
    }
    expect(REAPER_IMAGE).toBe(getReaperImage())
  })
})
