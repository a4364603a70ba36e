import { printString, utf8 } from './octets.ts'
import { printPattern } from './pattern.ts'
import type { MilterOrder, PolicyOrder, When } from './statement.ts'

export function printMilterOrder({ name, order }: MilterOrder): string {
  const head = `milter${name === '' ? '' : ` ${name}`}:`
  if (order.kind !== 'on') return `${head} ${order.kind}`
  const { stage, action, when } = order
  const { answer, reply, delay, silent, drop, sender, body, quarantine } = action
  return line([
    `${head} on ${stage}`,
    ...printWhere(when),
    delay === undefined ? '' : `delay ${delay}ms`,
    ...(action.addRecipients ?? []).map((to) => `add recipient ${quote(to)}`),
    ...(action.deleteRecipients ?? []).map((to) => `delete recipient ${quote(to)}`),
    ...(action.deleteHeaders ?? []).map((field) => `delete header ${field}`),
    ...fields('change', action.changeHeaders),
    ...fields('add', action.addHeaders),
    ...fields('insert', action.insertHeaders),
    ...Object.entries({ sender, body, quarantine }).map(([word, text]) =>
      text === undefined ? '' : `${word} ${quote(text)}`,
    ),
    answer ?? '',
    reply === undefined ? '' : `reply ${[reply].flat().map(quote).join(', ')}`,
    silent ? 'silent' : '',
    drop ? (drop === 'reset' ? 'reset' : 'drop') : '',
    ...printTimes(when),
  ])
}

export function printPolicyOrder({ name, order }: PolicyOrder): string {
  const head = `policy${name === '' ? '' : ` ${name}`}:`
  if (order.kind !== 'answer') return `${head} ${order.kind}`
  const { action, when } = order
  return line([
    head,
    ...printWhere(when),
    action.delay === undefined ? '' : `delay ${action.delay}ms`,
    action.action === undefined ? '' : `answer ${quote(action.action)}`,
    action.silent ? 'silent' : '',
    action.drop ? 'drop' : '',
    ...printTimes(when),
  ])
}

function fields(edit: string, named: Record<string, string | string[]> = {}): string[] {
  return Object.entries(named).flatMap(([name, values]) =>
    [values].flat().map((value) => `${edit} header ${name} ${quote(value)}`),
  )
}

function printWhere({ from, to, number }: When): string[] {
  return [
    from === undefined ? '' : `from ${printPattern(from)}`,
    to === undefined ? '' : `to ${printPattern(to)}`,
    number === undefined ? '' : `number ${number}`,
  ]
}

function printTimes({ times }: When): string[] {
  return times === undefined ? [] : [`times ${times}`]
}

function line(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

function quote(text: string): string {
  return printString([utf8(text)])
}
