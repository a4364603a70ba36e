import { mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { hostError } from './host-error.ts'

const failure = (action: Promise<unknown>) =>
  action.then(
    () => undefined,
    (error: unknown) => error,
  )

it('tells of a directory that is missing, by name', async () => {
  const error = hostError(await failure(mkdtemp('/nonexistent/mailrig-')))
  expect(error).toMatchObject({ code: 'HOST_REFUSED', exitCode: 3 })
  expect(error?.message).toMatch(/^cannot write \/nonexistent\/mailrig-\w*: no directory can be made there \(ENOENT\)$/)
  expect(error?.remedy).toContain('TMPDIR')
})

it.runIf(process.platform === 'linux')('tells of what the host refuses', async () => {
  // proc(5): nobody makes directories there, whatever the reason is called.
  const error = hostError(await failure(mkdir('/proc/mailrig')))
  expect(error?.message).toContain('/proc/mailrig')
})

it('tells of a disk that is full, although the system call names no file', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
  expect(hostError(full)?.message).toBe('cannot write a file: the disk is full (ENOSPC)')
})

it('leaves alone what is no refusal: a file that should be there, a connection, a mistake', async () => {
  expect(hostError(await failure(readFile('/nonexistent')))).toBeUndefined()
  const refused = Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' })
  expect(hostError(refused)).toBeUndefined()
  expect(hostError(new TypeError('x is undefined'))).toBeUndefined()
})
