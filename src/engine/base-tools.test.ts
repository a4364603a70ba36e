import { expect, it } from 'vitest'
import { missingBaseTools } from './base-tools.ts'

it('asks a user without root for what maps their user ids, which root needs not', () => {
  const onlyMmdebstrap = (program: string) => program === 'mmdebstrap'
  expect(missingBaseTools(false, onlyMmdebstrap)).toEqual(['uidmap'])
  expect(missingBaseTools(true, onlyMmdebstrap)).toEqual([])
})

it('asks for nothing where all is there, and for all where nothing is', () => {
  expect(missingBaseTools(false, () => true)).toEqual([])
  expect(missingBaseTools(false, () => false)).toEqual(['mmdebstrap', 'uidmap'])
})
