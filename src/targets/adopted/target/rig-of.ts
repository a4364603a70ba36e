import { InputError } from '../../../errors/mailrig-error.ts'
import { NO_FILTERS } from '../../../rig/open-filters.ts'
import { Rig } from '../../../rig/rig.ts'
import { RunningStore } from '../../../rig/running-store.ts'
import { Timings } from '../../../rig/timings.ts'
import type { World } from '../../../rig/world.ts'
import { DEFAULT_STORE } from '../../../servers/registry.ts'
import type { Facts } from '../../facts.ts'
import { accountsIn } from '../../store-accounts.ts'
import { adoptedMta } from '../adopted-mta.ts'
import { isFrom } from '../read-host-log.ts'
import type { ServedHost } from '../served-host.ts'
import { startVerdict } from '../start-verdict.ts'

/**
 * A rig whose servers run an adopted configuration: what scenarios and session files speak to, as to one that was rendered.
 * The rig stops the host.
 *
 * @param name of the target, e.g. `production@trixie`
 * @throws {InputError} TARGET_DOES_NOT_START with what the servers said, TARGET_WITHOUT_MTA; the host goes on then
 */
export async function rigOf(world: World, host: ServedHost, name: string): Promise<Rig> {
  const { facts, container, addresses, adopted, upstream, dns, release } = host
  await refuseDown(host, name)
  const mta = adoptedMta(host)
  if (mta === undefined) {
    throw new InputError(`the configuration of ${name} has no MTA`, {
      code: 'TARGET_WITHOUT_MTA',
      remedy: 'Scenarios speak to an MTA. `mailrig check` tells of a mail store alone.',
    })
  }
  const ended = new AbortController()
  void container.exited.then(() => ended.abort(new Error(`the host of ${name} ended while the rig was up`)))
  const accounts = accountsIn(facts)
  const users = accounts.map(({ user }) => user)
  const timings = new Timings()
  timings.servers[mta.name] = { engineMs: container.engineMs, serverMs: container.bootMs }
  return new Rig({
    target: name,
    topology: host.context.topology,
    facts,
    accounts,
    addresses,
    clients: {},
    authority: host.authority === undefined ? undefined : { certificate: host.authority },
    reach: world.engine.reach,
    mta,
    mtaHost: container,
    store: adopted.survey.dovecot
      ? new RunningStore(
          { role: 'store', server: DEFAULT_STORE, release, files: [] },
          { container, users, owns: (line) => isFrom(DEFAULT_STORE.name, line) },
        )
      : undefined,
    machines: new Map(),
    hosts: new Map([[container.name, container], ...(host.beside ?? [])]),
    accountServer: undefined,
    upstreams: { upstream },
    filters: NO_FILTERS,
    dns,
    timings,
    strangers: () => [],
    ended: ended.signal,
    host: {
      approach: (port, side) => host.endpoint(port, side),
      store: { servername: facts.host, tls: loginTls(facts) },
      mask: (text) => adopted.mask(text),
    },
    stop: () => host.stop(),
  })
}

/** A server that does not run would fail every test, each after a long wait. */
async function refuseDown(host: ServedHost, name: string): Promise<void> {
  const { down, findings } = await startVerdict(host)
  if (down.length === 0) return
  const said = findings
    .filter(({ severity }) => severity === 'fault')
    .map(({ server, message, place }) => `  ${place === undefined ? '' : `${place}: `}${server}: ${message}`)
  throw new InputError([`${down.join(' and ')} of ${name} did not start:`, ...said].join('\n'), {
    code: 'TARGET_DOES_NOT_START',
    remedy: 'Run `mailrig check` on this configuration: it names every fault and what is laid over.',
  })
}

/** Most hosts take no password in clear text; which of the two ways there is, its ports tell. */
function loginTls({ services }: Facts): 'implicit' | 'starttls' {
  return services.some(({ service }) => service === 'imaps') ? 'implicit' : 'starttls'
}
