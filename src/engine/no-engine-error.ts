import { EngineError } from '../errors/mailrig-error.ts'
import type { Endpoint } from './endpoint.ts'

/** An engine that did not answer, and why. */
export interface Attempt {
  endpoint: Endpoint
  error: unknown
}

/** No engine answered: what was tried, and what to do on this system. `reason`: why none was started. */
export function noEngineError(attempts: readonly Attempt[], reason: string | undefined): EngineError {
  const tried = attempts.map(({ endpoint, error }) => `  ${endpoint.url}: ${describe(error)}`)
  const heading = attempts.length === 0 ? 'there is no container engine here' : 'no container engine answers'
  const why = reason === undefined ? [] : [`none was started: ${reason}`]
  return new EngineError([heading, ...tried, ...why].join('\n'), {
    code: 'ENGINE_MISSING',
    remedy: remedyFor(attempts, process.platform),
  })
}

export function remedyFor(attempts: readonly Attempt[], platform: NodeJS.Platform): string {
  const named = attempts.find(({ endpoint }) => endpoint.named)
  if (named) {
    return `Start the engine at ${named.endpoint.url}, or unset DOCKER_HOST to use the local one.`
  }
  if (attempts.some(({ error }) => codeOf(error) === 'EACCES')) {
    return 'The engine runs, but not for this user: run `sudo usermod -aG docker $USER` and log in again, or use sudo.'
  }
  if (attempts.some(({ error }) => codeOf(error) === 'ENGINE_SILENT')) {
    return 'The engine hangs: restart it (`sudo systemctl restart docker`, or end dockerd and start it again).'
  }
  if (platform === 'darwin') return 'Start Docker Desktop: `open -a Docker`, or get it: `brew install --cask docker`.'
  if (platform === 'win32') return 'Start Docker Desktop, or get it: `winget install Docker.DockerDesktop`.'
  return [
    'Start an engine: `sudo systemctl start docker`.',
    'Get one: Debian, Ubuntu: `sudo apt-get install docker.io`; Fedora: `sudo dnf install moby-engine`;',
    'Arch: `sudo pacman -S docker`; or Podman with its socket: `systemctl --user start podman.socket`.',
    'As root on Debian or Ubuntu, mailrig does it itself unless MAILRIG_ENGINE=existing.',
  ].join('\n')
}

function describe(error: unknown): string {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'connection refused: nothing listens there'
    case 'EACCES':
      return 'permission denied'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
