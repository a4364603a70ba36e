import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { FORWARDER_IMAGE } from './expose.ts'
import { REAPER_IMAGE } from './reaper-image.ts'

describe('REAPER_IMAGE', () => {
  it('is the one that the installed testcontainers starts', () => {
    const { getReaperImage } = createRequire(import.meta.url)('testcontainers/build/reaper/reaper') as {
      getReaperImage(): string
    }
    expect(REAPER_IMAGE).toBe(getReaperImage())
  })
})

describe('FORWARDER_IMAGE', () => {
  it('is the one that the installed testcontainers starts', () => {
    const module = 'testcontainers/build/port-forwarder/port-forwarder'
    const { SSHD_IMAGE } = createRequire(import.meta.url)(module) as { SSHD_IMAGE: string }
    expect(FORWARDER_IMAGE).toBe(SSHD_IMAGE)
  })
})
