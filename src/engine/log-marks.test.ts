import { describe, expect, it } from 'vitest'
import { createLogMarks } from './log-marks.ts'

describe('log marks', () => {
  it('come out when each mouth has brought them, whatever stands around them', async () => {
    const marks = createLogMarks()
    const mark = marks.next()
    let out = false
    const done = marks.cameOut(mark, 2).then(() => {
      out = true
    })
    expect(marks.take(`Nov 29 11:42:24 mx user.debug <15>${mark}`)).toBe(true)
    await new Promise(setImmediate)
    expect(out).toBe(false)
    expect(marks.take(mark)).toBe(true)
    await done
  })

  it('may come out before anybody waits, and one is not the other', async () => {
    const marks = createLogMarks()
    const [first, second] = [marks.next(), marks.next()]
    marks.take(second)
    await marks.cameOut(second, 1)
    let out = false
    void marks.cameOut(first, 1).then(() => {
      out = true
    })
    await new Promise(setImmediate)
    expect(out).toBe(false)
  })

  it('are none of the server’s lines, and its lines are no marks', () => {
    const marks = createLogMarks()
    expect(marks.take('postfix/qmgr[15]: 4jX: removed')).toBe(false)
    expect(marks.take(createLogMarks().next())).toBe(false)
  })
})
