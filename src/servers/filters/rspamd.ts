import type { FilterServer } from './filter-server.ts'
import { trustedClients } from './trusted.ts'

const LOCAL = '/etc/rspamd/local.d'
/** Domains under which it looks for addresses in text. */
const SUFFIXES = '/etc/rspamd/suffixes.dat'

/** rspamd(8) as a milter that scans by itself, without its web page and without Redis. */
export const rspamd: FilterServer = {
  name: 'rspamd',
  title: 'Rspamd',
  protocol: 'milter',
  ports: [11_332],
  user: '_rspamd',
  wanted: ({ filters }) => filters.rspamd !== undefined,
  command: () => 'rspamd -f',
  files(context) {
    const networks = trustedClients(context).map((network) => JSON.stringify(network))
    const rendered = {
      'worker-proxy.inc': [
        'bind_socket = "0.0.0.0:11332";',
        'milter = yes;',
        'count = 1;',
        'timeout = 20s;',
        'upstream "local" { default = yes; self_scan = yes; }',
      ],
      'worker-normal.inc': ['enabled = false;'],
      'worker-controller.inc': ['enabled = false;'],
      'worker-fuzzy.inc': ['enabled = false;'],
      'logging.inc': ['type = "console";', 'level = "info";'],
      'options.inc': [
        // Its start would wait for the compiler of expressions otherwise, and ten seconds for all suffixes of the internet.
        'disable_hyperscan = true;',
        `url_tld = "${SUFFIXES}";`,
        `local_addrs = [${networks.join(', ')}];`,
        `dns { nameserver = ["${context.addresses.dns}"]; }`,
      ],
      'milter_headers.conf': [
        'use = ["x-spamd-bar", "authentication-results", "x-spam-level", "x-spam-status"];',
        'skip_local = false;',
        'skip_authenticated = false;',
      ],
    }
    const own = context.topology.filters.rspamd?.files ?? {}
    return [
      { path: SUFFIXES, content: 'com\nnet\norg\nexample\n' },
      ...Object.entries({ ...withContent(rendered), ...own }).map(([name, content]) => ({
        path: `${LOCAL}/${name}`,
        content: content.endsWith('\n') ? content : `${content}\n`,
      })),
    ]
  },
}

function withContent(files: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, lines.join('\n')]))
}
