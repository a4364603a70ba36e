import { expect, it } from 'vitest'
import type { Mutation } from '../servers/mutation.ts'
import { mutantsOf, mutated } from './mutant.ts'

const mutation: Mutation = { formatOf: (path) => (path === '/etc/x.cf' ? 'parameters' : undefined) }
const of = (text: string) => mutantsOf('x', mutation, '/etc/x.cf', text).map(({ mutant }) => mutant)

it('knows a mutant again where its line has moved and the rig has other addresses', () => {
  const [first] = of('mynetworks = 198.18.3.0/24\n')
  const [, again] = of('# moved\nbiff = \nmynetworks = 198.18.7.0/24\n')
  expect(first?.text).toBe('/etc/x.cf:1 mynetworks is dropped: back to its default')
  expect(again).toMatchObject({ id: first?.id, line: 3 })
})

it('tells the same line in two places apart', () => {
  const ids = of('biff = yes\nbiff = yes\n').map(({ id }) => id)
  expect(ids).toHaveLength(4)
  expect(new Set(ids).size).toBe(4)
})

it('applies a mutant by its id, and says where a text has none of it', () => {
  const [, flip] = of('biff = yes\n')
  const id = flip?.id ?? ''
  expect(mutated(id, { server: 'x', mutation, path: '/etc/x.cf', text: 'a = b\nbiff = yes\n' })).toBe(
    'a = b\nbiff = no\n',
  )
  expect(mutated(id, { server: 'x', mutation, path: '/etc/x.cf', text: 'biff = no\n' })).toBeUndefined()
})

it('tells the inner network of a rig from the outer', () => {
  const [inner] = of('mynetworks = 198.18.3.0/24\n')
  const [outer] = of('mynetworks = 198.19.3.0/24\n')
  expect(inner?.id).not.toBe(outer?.id)
})

it('leaves what is no configuration', () => {
  expect(mutantsOf('x', mutation, '/etc/x.pem', 'biff = yes\n')).toEqual([])
})
