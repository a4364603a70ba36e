import { stringify } from 'yaml'
import { type Octets, printOctets, printString, utf8 } from './octets.ts'
import { printPattern } from './pattern.ts'
import { printMilterOrder, printPolicyOrder } from './print-filter-order.ts'
import { printFault } from './read-fault.ts'
import { printLocalSubmission } from './read-local-submission.ts'
import type {
  Condition,
  Connect,
  Expectation,
  ExpectedKeyword,
  ExpectedLine,
  ExpectedReply,
  FrontMatter,
  Message,
  Outcome,
  SessionFile,
  Statement,
  UpstreamOrder,
} from './statement.ts'

/** Writes a session file so that `parseSessionFile` reads the same from it. Comments are not kept. */
export function printSessionFile(file: Pick<SessionFile, 'front' | 'statements'>): string {
  return `${printFrontMatter(file.front)}${file.statements.flatMap(printStatement).join('\n')}\n`
}

function printFrontMatter({ topology, needs, ...about }: FrontMatter): string {
  const needed = needs && Object.keys(needs).join() === 'features' ? needs.features : needs
  const all = { ...about, ...(needed === undefined ? {} : { needs: needed }), ...topology }
  return Object.keys(all).length === 0 ? '' : `---\n${stringify(all, { lineWidth: 0 })}---\n`
}

/** The lines of one statement. */
export function printStatement(statement: Statement): string[] {
  switch (statement.kind) {
    case 'send':
      return statement.lines.map(
        ({ octets, crlf }) => `C${crlf ? '' : '='}${on(statement.connection)}: ${printOctets(octets)}`,
      )
    case 'expect':
      return statement.choices.flatMap(({ servers, anyOf }) =>
        anyOf.flatMap((expectation, index) => {
          const every = expectation.kind === 'reply' && expectation.every ? '*' : ''
          const head = index > 0 ? `or${every}` : `S${every}${on(statement.connection)}${at(servers)}`
          return printExpectation(expectation).map((line) => `${head}: ${line}`)
        }),
      )
    case 'connect':
      return [printConnect(statement)]
    case 'auth':
      return [
        `auth${on(statement.connection)} ${statement.mechanism.toLowerCase()} ${printString(statement.user)} ${printString(statement.password)}`,
      ]
    case 'message':
      return [printMessage(statement)]
    case 'wait':
    case 'timeout':
      return [`${statement.kind} ${statement.ms}ms`]
    case 'flush':
      return ['flush']
    case 'sendmail':
      return printLocalSubmission(statement)
    case 'fault':
      return [`fault${at(statement.servers)}: ${printFault(statement.fault)}`]
    case 'tls':
    case 'half-close':
    case 'close':
    case 'reset':
      return [`${statement.kind}${on(statement.connection)}`]
    case 'upstream-order':
      return [printOrder(statement)]
    case 'milter-order':
      return [printMilterOrder(statement)]
    case 'policy-order':
      return [printPolicyOrder(statement)]
    default:
      return [printOutcome(statement)]
  }
}

/** What an expectation says behind `S:`, a line each. */
export function printExpectation(expectation: Expectation): string[] {
  switch (expectation.kind) {
    case 'any':
      return ['?']
    case 'silence':
      return [`silence ${expectation.ms}ms`]
    case 'closed':
    case 'reset':
      return [expectation.kind]
    case 'reply':
      return expectation.lines.map((line, index) =>
        [printStatus(expectation, index), printLine(line)]
          .filter((part) => part !== '')
          .join(' ')
          .replace(/^([\dx|]+-) /, '$1'),
      )
  }
}

function printStatus({ status, lines }: ExpectedReply, index: number): string {
  const { codes, enhanced, tag } = status
  const last = index === lines.length - 1
  const [first = ''] = codes
  if (/^\d/.test(first)) {
    const enhancedHere = index === 0 && enhanced !== undefined ? ` ${enhanced}` : ''
    return last ? `${codes.join('|')}${enhancedHere}` : `${codes.join('|')}-${enhancedHere.trim()}`
  }
  if (first === '*') return '*'
  if (first === '+OK' || first === '-ERR') return index === 0 ? codes.join('|') : ''
  if (first === '+' || tag !== undefined) return last ? [tag, codes.join('|')].filter(Boolean).join(' ') : '*'
  return last ? codes.join('|') : ''
}

function printLine({ patterns, keywords, words }: ExpectedLine): string {
  return [...patterns.map(printPattern), ...keywords.map(printKeyword), words].filter((part) => part !== '').join(' ')
}

function printKeyword({ present, name, parameter }: ExpectedKeyword): string {
  return `${present ? '+' : '!'}${name}${parameter === undefined ? '' : `=${parameter}`}`
}

function printConnect({ connection, protocol, side, client, port, ipv6 }: Connect): string {
  const from = client ?? side
  return `connect${on(connection)} ${protocol}${port === undefined ? '' : ` port ${port}`}${from === undefined ? '' : ` from ${from}`}${ipv6 === undefined ? '' : ` over ipv${ipv6 ? 6 : 4}`}`
}

function printMessage({ connection, from, raw, signed }: Message): string {
  const source = 'file' in from ? `from ${printString(text(from.file))}` : `of ${from.size}`
  const broken = signed?.broken === undefined ? '' : ` broken ${signed.broken}`
  return `message${on(connection)} ${raw ? 'raw ' : ''}${source}${signed ? ` signed ${signed.domain}${broken}` : ''}`
}

function printOrder({ upstream, order }: UpstreamOrder): string {
  const head = `upstream ${upstream}:`
  if (order.kind === 'offer') return `${head} ${printOffer(order)}`
  if (order.kind !== 'on') return `${head} ${order.kind}`
  const { stage, from, to, number, reply, delay, drop, times } = order
  const parts = [
    from === undefined ? '' : `from ${printPattern(from)}`,
    to === undefined ? '' : `to ${printPattern(to)}`,
    number === undefined ? '' : `number ${number}`,
    reply === undefined ? '' : `reply ${reply.map((line) => printString(text(line))).join(', ')}`,
    delay === undefined ? '' : `delay ${delay}ms`,
    drop === undefined ? '' : drop === 'reset' ? 'reset' : 'drop',
    times === undefined ? '' : `times ${times}`,
  ]
  return [`${head} on ${stage}`, ...parts].filter((part) => part !== '').join(' ')
}

function printOffer(offer: Extract<UpstreamOrder['order'], { kind: 'offer' }>): string {
  if (offer.what === 'auth') return `offer auth ${printString(text(offer.user))} ${printString(text(offer.password))}`
  const required = offer.policy === 'required' ? ' required' : ''
  return `offer tls${required}${offer.certificate === 'good' ? '' : ` certificate ${offer.certificate}`}`
}

export function printOutcome(outcome: Outcome): string {
  const servers = at(outcome.servers)
  switch (outcome.kind) {
    case 'queue': {
      if (outcome.count === 0 && outcome.state === undefined) return `queue${servers}: empty`
      if (outcome.count === 0) return `queue${servers}: 0 messages, ${outcome.state}`
      const state = outcome.state === undefined ? '' : `, ${outcome.state}`
      return `queue${servers}: ${messages(outcome.count)}${state}`
    }
    case 'log':
      return `log${servers}: ${outcome.present ? '' : 'no '}${printPattern(outcome.pattern)}`
    default: {
      const conditions = outcome.conditions.map((condition) => `, ${printCondition(condition)}`).join('')
      const folder = outcome.folder === undefined ? '' : ` folder ${printString(text(outcome.folder))}`
      const name = outcome.name === '' ? '' : ` ${outcome.name}`
      return `${outcome.kind}${name}${folder}${servers}: ${messages(outcome.count)}${conditions}`
    }
  }
}

function messages(count: number | 'some'): string {
  if (count === 0) return 'nothing'
  return `${count} ${count === 1 || count === 'some' ? 'message' : 'messages'}`
}

function printCondition({ field, header, is }: Condition): string {
  const what = header === undefined ? field : `${field} ${header}`
  return `${what} ${is.kind === 'file' ? `file ${printString(text(is.file))}` : printPattern(is)}`
}

function on(connection: string): string {
  return connection === '' ? '' : `(${connection})`
}

function at(servers: readonly string[]): string {
  return servers.length === 0 ? '' : `[${servers.join(',')}]`
}

function text(value: string): Octets {
  return [utf8(value)]
}
