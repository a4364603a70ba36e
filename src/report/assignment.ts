import type { Assignment } from './run-document.ts'

/** A scenario file of a project: what a run does whole. */
export interface Unit {
  project: string
  mta: string
  release: string
  /** From the root of the project. */
  file: string
}

/** As a document has them: in order, projects with the same files together. */
export function assignmentOf(units: readonly Unit[]): Assignment {
  const projects = [...Map.groupBy(units, ({ project }) => project)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const named = projects.map(([name, own]) => {
    const { mta = '', release = '' } = own[0] ?? {}
    return { project: { name, mta, release }, files: own.map(({ file }) => file).sort() }
  })
  return [...Map.groupBy(named, ({ files }) => JSON.stringify(files)).values()].map((alike) => ({
    projects: alike.map(({ project }) => project),
    files: alike[0]?.files ?? [],
  }))
}

export function unitsOf(assignment: Assignment): Unit[] {
  return assignment.flatMap(({ projects, files }) =>
    projects.flatMap(({ name, mta, release }) => files.map((file) => ({ project: name, mta, release, file }))),
  )
}

/** One unit is another where these are alike. */
export function unitKey({ project, file }: Pick<Unit, 'project' | 'file'>): string {
  return `${project} ${file}`
}
