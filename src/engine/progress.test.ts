import { describe, expect, it } from 'vitest'
import { terminalProgress } from './progress.ts'

function recorder(options: { live: boolean; columns?: number; everyMs?: number }) {
  let written = ''
  const progress = terminalProgress({
    live: options.live,
    ...(options.everyMs === undefined ? {} : { everyMs: options.everyMs }),
    colour: false,
    columns: () => options.columns ?? 80,
    write: (text) => {
      written += text.replace(/\(\d+\.\d s\)/g, '(n s)')
    },
  })
  return { progress, written: () => written }
}

describe('terminalProgress', () => {
  it('writes plain lines where no terminal is', () => {
    const { progress, written } = recorder({ live: false })
    progress.line('hello')
    const step = progress.step('image postfix')
    step.update('Step 1/3')
    step.done('13 MB')
    step.done('twice')
    progress.step('image exim').fail('exit 1')
    expect(written()).toMatchInlineSnapshot(`
      "hello
      image postfix ...
      ok image postfix: 13 MB (n s)
      image exim ...
      failed image exim: exit 1 (n s)
      "
    `)
  })

  it('says in a pipe where a long step is, but not each time', () => {
    const often = recorder({ live: false, everyMs: 0 })
    const seldom = recorder({ live: false, everyMs: 3_600_000 })
    for (const { progress } of [often, seldom]) {
      const step = progress.step('checks')
      step.update('1 of 2')
      step.update('2 of 2')
      step.done()
    }
    expect(often.written()).toBe('checks ...\nchecks: 1 of 2\nchecks: 2 of 2\nok checks (n s)\n')
    expect(seldom.written()).toBe('checks ...\nok checks (n s)\n')
  })

  it('keeps one live line that never wraps, and clears it', () => {
    const { progress, written } = recorder({ live: true, columns: 20 })
    const step = progress.step('image')
    step.update('Step 1/3 : RUN apt-get\tinstall')
    step.done()
    const frames = written().split('\r\x1b[K')
    expect(frames).toEqual(['', 'image', 'image: Step 1/3 : …', 'ok image (n s)\n', ''])
    expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(20)
  })
})
