import { chooseServices } from './chosen-services.ts'
import { readProject } from './compose-project.ts'
import type { DeclaredService } from './declared-service.ts'
import { misdeclared } from './misdeclared.ts'
import { type ReadService, readService } from './read-service.ts'
import type { Service, ServiceGroup } from './service.ts'

/**
 * Reads a service of a compose file, with the services it depends on (compose-spec). Files and folders that are mounted
 * from the host are copied, so that nothing there is changed; named volumes are empty ones of the rig.
 *
 * @param environment for `${NAME}`; a `.env` beside the file comes after it
 * @throws {InputError} COMPOSE_FILE naming each wrong place; nothing was started.
 */
export async function readCompose(
  path: string,
  name: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ServiceGroup> {
  const project = await readProject(path, environment)
  const profiles = (environment.COMPOSE_PROFILES ?? '').split(',').filter(Boolean)
  const chosen = chooseServices(project.services, { path, name, profiles })
  const declared = [chosen.mail, ...chosen.others]
  const read = await Promise.all(declared.map((one) => readService(one, project)))
  const [mail, ...others] = read.map((one) => awaited(one, declared))
  if (mail === undefined) throw new Error('the chosen service was read')
  return {
    label: `${path} ${chosen.mail.name}`,
    mail,
    others,
    left: [...read.flatMap(({ left }) => left), ...chosen.left],
    secrets: [...project.filled, ...read.flatMap(({ secrets }) => secrets)],
  }
}

const CONDITIONS = {
  service_started: undefined,
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
} as const

/** The service, with what others wait for, and the names by which they link to it. @throws {InputError} COMPOSE_FILE */
function awaited({ service }: ReadService, all: readonly DeclaredService[]): Service {
  const conditions = all.flatMap(({ name, dependsOn }) => {
    const dependency = dependsOn[service.name]
    if (dependency === undefined) return []
    const { condition, at } = dependency
    if (!(condition in CONDITIONS)) {
      const what = `services.${name}.depends_on.${service.name}: there is no condition ${condition}`
      throw misdeclared(at, what, `Use one of ${Object.keys(CONDITIONS).join(', ')}.`)
    }
    return CONDITIONS[condition as keyof typeof CONDITIONS] ?? []
  })
  const links = all.flatMap(({ links: one }) => one[service.name] ?? [])
  const [first] = conditions
  return {
    ...service,
    aliases: [...new Set([...service.aliases, ...links])],
    ...(first === undefined ? {} : { awaited: first }),
  }
}
