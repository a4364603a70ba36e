import { describe, expect, it } from 'vitest'
import { documentsOf, stale } from './documents.ts'
import { runOf, testRun } from './test-run.ts'

const PROJECTS = ['exim-bookworm']
const usual = { suffix: '' }
const seen = (value: string, version = '4.96', covers = ['P8']) =>
  documentsOf(
    runOf({
      'exim-bookworm': [
        testRun({ covers, versions: { exim: version }, observations: [{ name: 'unknown user', value }] }),
      ],
    }),
    PROJECTS,
  )

describe('stale', () => {
  const committed = seen('550')

  it('is empty for documents of the same run', () => {
    expect(stale(committed, seen('550'), usual)).toEqual([])
  })

  it('is empty when nothing but the version of a package is another', () => {
    expect(stale(committed, seen('550', '4.96-15+deb12u11'), usual)).toEqual([])
  })

  it('tells of another behaviour', () => {
    expect(stale(committed, seen('250'), usual)).toEqual([
      'scenarios/smtp/a.scenario.ts · unknown user · exim-bookworm',
      '  - 550',
      '  + 250',
    ])
  })

  it('tells of another coverage', () => {
    expect(stale(committed, seen('550', '4.96', ['P8', 'S62']), usual)).toEqual([
      'coverage.md is not what this run covers',
    ])
  })

  it('tells of a table that somebody edited', () => {
    const edited = { ...committed, 'behaviour.md': committed['behaviour.md'].replace('550', '250') }
    expect(stale(edited, seen('550'), usual)).toEqual(['behaviour.md does not say what behaviour.json says'])
    expect(stale(edited, seen('550'), { suffix: '-wide' })).toEqual([
      'behaviour-wide.md does not say what behaviour-wide.json says',
    ])
  })

  it('has what forwarding keeps on a page of its own, and tells where that is another', () => {
    const observations = [{ name: 'forwarded by an alias', value: 'spf=fail dkim=pass' }]
    const scenario = testRun({ covers: [], versions: { exim: '4.96' }, observations })
    const run = runOf({ 'exim-bookworm': [scenario] }, 'scenarios/authentication/forwarding.scenario.ts')
    const documents = documentsOf(run, PROJECTS)
    expect(documents['authentication.md']).toContain('| forwarded by an alias | spf=fail dkim=pass |')
    const edited = {
      ...documents,
      'authentication.md': documents['authentication.md'].replace('dkim=pass', 'dkim=fail'),
    }
    expect(stale(edited, documents, usual)).toEqual(['authentication.md does not say what behaviour.json says'])
  })

  it('tells of documents that are not there, or no documents', () => {
    expect(stale({ 'behaviour.json': '{}' }, committed, usual)).toEqual([
      'behaviour.md is not there',
      'authentication.md is not there',
      'coverage.md is not there',
    ])
    expect(stale({ ...committed, 'behaviour.json': '<<<<<<< HEAD' }, committed, usual)).toEqual([
      'behaviour.json is not what mailrig wrote',
    ])
  })
})
