import { expect, it } from 'vitest'
import { parseTopology } from '../topology/topology.ts'
import { aliasedFiles, lastOfEachPath } from './files.ts'

it('makes the files that aliases append mail to, each once, for whoever delivers', () => {
  const { local } = parseTopology({
    local: { aliases: { all: ['/var/lib/archive/all', '|/bin/sink'], too: '/var/lib/archive/all', none: '/dev/null' } },
  })
  expect(aliasedFiles(local)).toEqual([{ path: '/var/lib/archive/all', content: '', mode: 0o666 }])
})

it('keeps of two files at one path the later', () => {
  const [first, other, second] = ['/etc/aliases', '/etc/mailname', '/etc/aliases'].map((path, index) => ({
    path,
    content: String(index),
  }))
  expect(lastOfEachPath([first, other, second].flatMap((file) => file ?? []))).toEqual([second, other])
})
