import { expect, it } from 'vitest'
import { durability } from './durability.ts'

// The title of a process says what it does (setproctitle(3), sm_setproctitle() in deliver.c, queue.c and srvrsmtp.c).
const TITLES = {
  server: [
    'startup with 198.18.0.2',
    'server client.lan.example [198.18.0.2] startup',
    'server client.lan.example [198.18.0.2] cmd read',
    '6B1BrfcN000042 client.lan.example [198.18.0.2]: MAIL FROM:<marc@client.example>',
    '6B1BrfcN000042 client.lan.example [198.18.0.2]: DATA',
    '6B1BrfcN000042 [198.18.0.2]: DATA',
  ],
  'queue runner': [
    'running queue: /var/spool/mqueue',
    './6B1BrfcN000042 from queue',
    './6B1BrfcN000042 upstream.example.: user open',
    './6B1BrfcN000042 upstream.example.: client DATA status',
    'upstream.example.: idle',
  ],
  nobody: ['accepting connections', 'rejecting connections on daemon MTA: load average: 12', 'Queue control'],
}

it.each(Object.entries(TITLES).flatMap(([whose, titles]) => titles.map((title) => [title, whose])))(
  'knows whose the title "%s" is: %s',
  (title, whose) => {
    const found = Object.entries(durability.daemons).filter(([, pattern]) => pattern.test(`sendmail: MTA: ${title}`))
    expect(found.map(([daemon]) => daemon)).toEqual(whose === 'nobody' ? [] : [whose])
  },
)
