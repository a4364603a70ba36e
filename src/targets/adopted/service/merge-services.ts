import type { DeclaredService } from './declared-service.ts'

/**
 * A service joined with one that it builds on (compose-spec, 13-merge.md): single values of the nearer one count, mappings
 * and keyed lists are joined, and plain lists are added to.
 */
export function mergeServices(base: DeclaredService, own: DeclaredService): DeclaredService {
  const both = (key: keyof typeof base) => [...(base[key] as readonly string[]), ...(own[key] as readonly string[])]
  const set = (key: keyof typeof base) => [...new Set(both(key))]
  return {
    name: own.name,
    at: { ...base.at, ...own.at },
    single: { ...base.single, ...own.single },
    environment: { ...base.environment, ...own.environment },
    envFiles: [...base.envFiles, ...own.envFiles],
    mounts: { ...base.mounts, ...own.mounts },
    ports: [...new Set([...base.ports, ...own.ports])],
    dependsOn: { ...base.dependsOn, ...own.dependsOn },
    aliases: set('aliases'),
    fixed: set('fixed'),
    links: { ...base.links, ...own.links },
    secrets: { ...base.secrets, ...own.secrets },
    configs: { ...base.configs, ...own.configs },
    healthcheck: own.healthcheck === undefined ? base.healthcheck : { ...base.healthcheck, ...own.healthcheck },
    sysctls: { ...base.sysctls, ...own.sysctls },
    extraHosts: { ...base.extraHosts, ...own.extraHosts },
    ulimits: { ...base.ulimits, ...own.ulimits },
    capAdd: set('capAdd'),
    capDrop: set('capDrop'),
    groups: set('groups'),
    securityOptions: set('securityOptions'),
    profiles: set('profiles'),
    others: set('others'),
  }
}
