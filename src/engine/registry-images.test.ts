import { expect, it, vi } from 'vitest'
import { checkRegistry, remoteName } from './registry-images.ts'

it.each([
  'registry.example',
  'registry.example/mail',
  'registry.example:5000/mail/images_of-ours',
  'localhost/mail',
  'localhost:5000',
  'registry:5000/mail',
  '127.0.0.1:5000',
])('%s is the address of a registry', (place) => {
  expect(checkRegistry(place)).toBe(place)
})

it.each([
  '',
  'jim',
  'jim/mail',
  'Registry.example/mail',
  'https://registry.example',
  'registry.example/',
  'registry.example/mail:latest',
  'registry.example/a//b',
  'registry.example:port/mail',
])('%j is not', (place) => {
  expect(() => checkRegistry(place)).toThrow(expect.objectContaining({ code: 'IMAGE_REGISTRY', exitCode: 2 }))
})

it('wants both of a name and a password, or neither', () => {
  vi.stubEnv('MAILRIG_REGISTRY_USER', 'builder')
  vi.stubEnv('MAILRIG_REGISTRY_PASSWORD', '')
  expect(() => checkRegistry('registry.example')).toThrow('MAILRIG_REGISTRY_PASSWORD is not set')
  vi.stubEnv('MAILRIG_REGISTRY_USER', '')
  expect(checkRegistry('registry.example')).toBe('registry.example')
  vi.unstubAllEnvs()
})

it('names an image in a registry by its server and its hash', () => {
  expect(remoteName('registry.example/mail', 'mailrig/postfix:trixie-1234')).toBe(
    'registry.example/mail/postfix:trixie-1234',
  )
})
