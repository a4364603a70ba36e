import { element } from './dom.js'
import { fileView } from './file-view.js'
import { becameList, errorBlock, section } from './parts.js'
import { sequenceDiagram } from './sequence.js'
import { transcriptBlock } from './transcript.js'
import { unpackEvidence } from './unpack.js'
import { duration, messageOf, SIGNS, shortName } from './words.js'

/**
 * @typedef {import('./types.d.ts').PageData} PageData
 * @typedef {import('./types.d.ts').CellEvidence} CellEvidence
 * @typedef {import('./types.d.ts').RigRecord} RigRecord
 * @typedef {import('./types.d.ts').TestRecord} TestRecord
 * @typedef {import('./types.d.ts').Open} Open
 */

/**
 * What a cell opens. Undefined where the run has no such cell.
 *
 * @param {PageData} data
 * @param {Open} open
 * @param {(open: Open | undefined) => void} go Opens another cell; none closes.
 * @returns {Promise<Node[] | undefined>}
 */
export async function evidenceView(data, open, go) {
  const number = data.scenarios.findIndex(({ file }) => file === open.file)
  const project = data.projects.findIndex(({ name }) => name === open.on)
  const scenario = data.scenarios[number]
  const testNumber = open.test === '' ? -1 : (scenario?.tests.findIndex(({ name }) => name === open.test) ?? -1)
  if (open.test !== '' && testNumber < 0) return undefined
  const cells = testNumber < 0 ? scenario?.cells : scenario?.tests[testNumber]?.cells
  const cell = cells?.[project]
  if (!scenario || !cells || !cell) return undefined

  const close = element('button', { type: 'button', class: 'button' }, 'Close')
  close.addEventListener('click', () => go(undefined))
  const head = element(
    'div',
    { class: 'evidence-head' },
    element(
      'div',
      {},
      element('h2', { id: 'evidence-title', tabindex: -1 }, open.test || shortName(open.file)),
      element('p', {}, `${open.file} on ${open.on}: ${cell.state}, ${duration(cell.ms)}`),
    ),
    close,
  )
  const others = element('div', { class: 'others', role: 'group', 'aria-label': 'The same on other servers' })
  for (const [index, { name }] of data.projects.entries()) {
    const other = cells[index]
    if (!other) continue
    const button = element(
      'button',
      { type: 'button', class: 'button', 'aria-current': index === project ? 'true' : undefined },
      `${SIGNS[other.state]} ${name}`,
    )
    button.addEventListener('click', () => go({ ...open, on: name }))
    others.append(button)
  }
  const evidence = await unpackEvidence(number)
  const found = evidence?.cells[`${testNumber}/${project}`]
  const rig = found?.record ? evidence?.rigs[`${project} ${found.record.rig}`] : undefined
  const reason =
    (cell.state === 'unsupported' || cell.state === 'not-run') && cell.why ? [element('p', {}, cell.why)] : []
  if (testNumber < 0) return [head, others, ...reason, ...fileView(scenario, project, evidence, open, go)]
  return [
    head,
    others,
    ...reason,
    ...(found ? sections(found, rig) : nothingKept(cell.state, scenario, project, open, go)),
  ]
}

/**
 * @param {string} state
 * @param {import('./types.d.ts').PageScenario} scenario
 * @param {number} project
 * @param {Open} open
 * @param {(open: Open) => void} go
 * @returns {Node[]}
 */
function nothingKept(state, scenario, project, open, go) {
  if (state !== 'unsupported' && state !== 'skipped' && state !== 'not-run') {
    return [none('The run kept no evidence of this: it was made without --report.')]
  }
  const file = scenario.cells[project]
  if (state !== 'skipped' || file?.state !== 'failed') return [none('It did not run, so there is nothing to show.')]
  const button = element('button', { type: 'button', class: 'link' }, 'See what went wrong in the file.')
  button.addEventListener('click', () => go({ ...open, test: '' }))
  return [element('p', {}, 'It did not run. ', button)]
}

/**
 * @param {CellEvidence} found
 * @param {RigRecord | undefined} rig
 */
function sections({ errors, places = [], record, became = [], journey }, rig) {
  return [
    // The evidence behind the message stands below in a better form.
    ...errors.flatMap((error, index) =>
      section('Why it failed', ...errorBlock(record ? messageOf(error) : error, places[index])),
    ),
    ...(became.length > 0 ? section('What became of the messages', ...becameList(became)) : []),
    ...(record ? recordSections(record, journey ?? [], rig) : []),
    ...(rig ? rigSections(rig) : []),
  ]
}

/**
 * @param {TestRecord} record
 * @param {NonNullable<CellEvidence['journey']>} journey
 * @param {RigRecord | undefined} rig
 */
function recordSections(record, journey, rig) {
  const names = ['client', rig?.mta, rig?.store, ...(rig?.upstreams ?? [])].filter((name) => name !== undefined)
  return [
    ...(journey.length > 0 ? section('Journey', sequenceDiagram(journey, names)) : []),
    ...section(
      record.sessions.length === 1 ? 'Session' : 'Sessions',
      ...(record.sessions.length === 0 ? [none('none')] : record.sessions.map(({ lines }) => transcriptBlock(lines))),
    ),
    ...(record.queue === undefined ? [] : section('Queue', queueBlock(record.queue))),
    ...upstreamSections(record),
    ...filterSections(record),
    ...section('Log', logBlock(record.log)),
    ...(record.leftOut ? [element('p', { class: 'hint' }, `Left out: ${record.leftOut.join(', ')}.`)] : []),
  ]
}

/** @param {TestRecord} record */
function upstreamSections({ upstreams }) {
  return upstreams.flatMap(({ name, lines, messages }) =>
    section(
      `Connection to ${name}`,
      ...messages.map((message) => element('p', {}, `Handed over: ${message}`)),
      transcriptBlock(lines),
    ),
  )
}

/** What the server asked filters that mailrig plays. @param {TestRecord} record */
function filterSections({ filters = [] }) {
  return filters.flatMap(({ name, lines }) => section(`Asked of ${name}`, transcriptBlock(lines)))
}

/** @param {NonNullable<TestRecord['queue']>} queue */
function queueBlock(queue) {
  if (typeof queue === 'string') return none(queue)
  if (queue.length === 0) return none('empty')
  const lines = queue.flatMap(({ queueId, state, sender, recipients }) => [
    `${queueId} ${state} from <${sender}>`,
    ...recipients.map(({ address, reason }) => `  <${address}>${reason ? `: ${reason}` : ''}`),
  ])
  return element('pre', {}, lines.join('\n'))
}

/** What was read of each line, and the line. Those about the test's own messages are marked. @param {TestRecord['log']} log */
function logBlock(log) {
  if (log.length === 0) return none('no line')
  const head = element('tr', {}, ...['Time', 'Event', 'Line'].map((name) => element('th', { scope: 'col' }, name)))
  const rows = log.map(({ at, text, event, own }) =>
    element(
      'tr',
      { class: own ? 'own' : undefined },
      element('td', { class: 'time' }, new Date(at).toISOString().slice(11, 23)),
      element('td', {}, event ?? ''),
      element('td', {}, text),
    ),
  )
  return element('table', { class: 'log' }, element('thead', {}, head), element('tbody', {}, ...rows))
}

/** @param {RigRecord} rig */
function rigSections({ topology, files }) {
  return [
    ...section('Topology', folded('as the servers were told', JSON.stringify(topology, null, 2))),
    ...section('Configuration', ...files.map(({ server, path, content }) => folded(`${server}: ${path}`, content))),
  ]
}

/**
 * @param {string} title
 * @param {string} text
 */
function folded(title, text) {
  return element('details', {}, element('summary', {}, title), element('pre', {}, text))
}

/** @param {string} text */
function none(text) {
  return element('p', { class: 'hint' }, text)
}
