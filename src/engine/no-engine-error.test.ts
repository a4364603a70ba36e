import { describe, expect, it } from 'vitest'
import { EXIT } from '../errors/mailrig-error.ts'
import { noEngineError, remedyFor } from './no-engine-error.ts'

const attempt = (url: string, code: string, named = false) => ({
  endpoint: { url, named },
  error: Object.assign(new Error(`connect ${code}`), { code }),
})

describe('noEngineError', () => {
  it('says what was tried and why none was started', () => {
    const error = noEngineError(
      [attempt('unix:///a.sock', 'ECONNREFUSED'), attempt('unix:///b.sock', 'EACCES')],
      'MAILRIG_ENGINE=existing forbids it',
    )
    expect(error.exitCode).toBe(EXIT.engine)
    expect(error.message).toMatchInlineSnapshot(`
      "no container engine answers
        unix:///a.sock: connection refused: nothing listens there
        unix:///b.sock: permission denied
      none was started: MAILRIG_ENGINE=existing forbids it"
    `)
    expect(error.remedy).toContain('usermod -aG docker')
  })
})

describe('remedyFor', () => {
  it('is the command of the system', () => {
    expect(remedyFor([], 'darwin')).toContain('open -a Docker')
    expect(remedyFor([], 'win32')).toContain('winget install')
    expect(remedyFor([], 'linux')).toContain('apt-get install docker.io')
    expect(remedyFor([attempt('tcp://x:2376', 'ECONNREFUSED', true)], 'linux')).toContain('unset DOCKER_HOST')
    expect(remedyFor([attempt('unix:///a.sock', 'ENGINE_SILENT')], 'linux')).toContain('restart it')
  })
})
