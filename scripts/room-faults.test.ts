import { describe, expect, it } from 'vitest'
import { importsIn } from './imports.ts'
import { circlesIn, roomFaults, roomOf } from './room-faults.ts'
import type { Room } from './rooms.ts'

const room = (name: string, knows: string[] = []): Room => ({ name, holds: 'things', knows })

describe('importsIn', () => {
  it('finds imports of values, of types and of effects, dynamic ones and re-exports', () => {
    const source = `import { a } from './a.ts'
import type { b } from '../b/b.ts'
import './c.ts'
export type { d } from './d.ts'
const e = await import('./e.ts')
import { f } from 'elsewhere'`
    expect(importsIn('room/file.ts', source)).toEqual(['room/a.ts', 'b/b.ts', 'room/c.ts', 'room/d.ts', 'room/e.ts'])
  })
})

describe('roomOf', () => {
  it('is the innermost room, which may be a file', () => {
    const rooms = [room('servers'), room('servers/exim'), room('servers/registry.ts'), room('.')]
    expect(roomOf('servers/exim/deep/a.ts', rooms)).toBe('servers/exim')
    expect(roomOf('servers/registry.ts', rooms)).toBe('servers/registry.ts')
    expect(roomOf('servers/a.ts', rooms)).toBe('servers')
    expect(roomOf('index.ts', rooms)).toBe('.')
    expect(roomOf('unknown/a.ts', rooms)).toBeUndefined()
  })
})

describe('roomFaults', () => {
  const rooms = [room('low'), room('high', ['low'])]

  it('has nothing to say where every arrow is in the table, and used', () => {
    expect(roomFaults([{ file: 'high/a.ts', imports: ['low/b.ts', 'high/c.ts'] }], rooms)).toEqual([])
  })

  it('names an arrow that is not allowed', () => {
    const files = [
      { file: 'high/a.ts', imports: ['low/b.ts'] },
      { file: 'low/b.ts', imports: ['high/x.ts'] },
    ]
    expect(roomFaults(files, rooms)).toEqual(['src/low/b.ts imports high/x.ts: low may not know high'])
  })

  it('names an arrow of the table that nothing uses, and a folder that is in no room', () => {
    expect(roomFaults([{ file: 'new/a.ts', imports: [] }], rooms)).toEqual([
      'src/new/a.ts: its folder is not in the table of rooms',
      'high no longer uses low: take it out of the table',
    ])
  })

  it('names circles of files and of rooms', () => {
    const circular = [room('one', ['two']), room('two', ['one'])]
    const files = [
      { file: 'one/a.ts', imports: ['two/b.ts'] },
      { file: 'two/b.ts', imports: ['one/a.ts'] },
    ]
    expect(roomFaults(files, circular)).toEqual([
      'a circle of rooms: one → two → one',
      'a circle of files: one/a.ts → two/b.ts → one/a.ts',
    ])
  })
})

describe('circlesIn', () => {
  it('finds none in a diamond', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
    ])
    expect(circlesIn(graph)).toEqual([])
  })
})
