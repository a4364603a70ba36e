import { parseTopology, type Topology } from '../../topology/topology.ts'
import { SMTPD_CONF } from './opensmtpd-text.ts'
import { tablesIn } from './postfix-text.ts'
import type { PostfixSettings } from './settings.ts'
import { originOf, valuesOf } from './settings.ts'
import { formatPlace, textOf } from './source-tree.ts'
import type { Survey } from './survey.ts'

/** A host that all mail is handed to, as the configuration names it. */
export interface Smarthost {
  name: string
  port: number
  from: string
}

/** Domains elsewhere that every rig has, for mail that leaves. */
export const ELSEWHERE = ['elsewhere.example', 'faraway.example']

const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/i

/** `[host]:port`, `smtp:[host]:port`, `host`: the host that a next hop names (transport(5)). */
export function nextHop(value: string): { name: string; port: number } | undefined {
  const hop = value.trim().replace(/^(?:smtps?|relay|lmtp|[\w-]+):(?=[[\w])(?!\d+$)/, '')
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\w+))?$/.exec(hop) ?? []
  const name = (bracketed ?? plain ?? '').toLowerCase()
  const number = port === 'submission' ? 587 : port === 'smtps' || port === 'submissions' ? 465 : Number(port ?? 25)
  return NAME.test(name) && Number.isInteger(number) ? { name, port: number } : undefined
}

/** The hosts that mail for others is handed to: relayhost, transport tables and their like. */
export function smarthosts(survey: Survey, postfix: PostfixSettings | undefined): Smarthost[] {
  const found: Smarthost[] = []
  const add = (value: string, from: string) => {
    const hop = nextHop(value)
    if (hop && hop.name !== 'localhost') found.push({ ...hop, from })
  }
  if (postfix) {
    for (const { name, value } of valuesOf(postfix, (parameter) =>
      /^(?:relayhost|smtp_fallback_relay|default_transport|relay_transport)$/.test(parameter),
    )) {
      for (const hop of value.split(/[\s,]+/)) add(hop, originOf(survey, name))
    }
    const inTables = valuesOf(postfix, (name) => /^(?:transport_maps|sender_dependent_relayhost_maps)$/.test(name))
    for (const { value } of inTables) {
      for (const { name: path } of tablesIn(value)) {
        for (const [index, line] of (textOf(survey.tree, path) ?? '').split('\n').entries()) {
          const [, right] = /^[^#\s]\S*\s+(?:(?:relay|smtps?):)?(\[\S+|\S+)\s*$/.exec(line) ?? []
          if (right !== undefined && /\./.test(right)) add(right, `${path}:${index + 1}`)
        }
      }
    }
  }
  for (const [path, { content }] of survey.tree.files) {
    const pattern =
      path === '/etc/exim4/update-exim4.conf.conf'
        ? /^dc_smarthost='([^']+)'/
        : /^\/etc\/exim4\//.test(path)
          ? /^\s*route_list\s*=\s*(?:"?\*\s+)([\w.:-]+)/
          : path === '/etc/mail/sendmail.mc'
            ? /^\s*define\(`SMART_HOST',\s*`(?:\w+:)?([^']+)'/
            : path === SMTPD_CONF
              ? /\brelay\b.*\bhost\s+"?(?:[\w+-]+:\/\/)?(?:[^@\s"]+@)?([\w.-]+(?::\d+)?)/
              : undefined
    if (!pattern) continue
    for (const [index, line] of content.toString('utf8').split('\n').entries()) {
      const value = pattern.exec(line)?.[1]?.replaceAll('::', ':')
      if (value !== undefined) add(value.replace(/^(\S+?):(\d+)$/, '[$1]:$2'), `${path}:${index + 1}`)
    }
  }
  return [...new Map(found.map((one) => [`${one.name}:${one.port}`, one])).values()]
}

/** Names of databases and other services that the host itself has in the rig. */
export function localServiceNames(survey: Survey): { name: string; from: string }[] {
  const found: { name: string; from: string }[] = []
  for (const [path, { content }] of survey.tree.files) {
    if (!/^\/etc\/(?:postfix|dovecot)\//.test(path)) continue
    for (const [index, line] of content.toString('utf8').split('\n').entries()) {
      const value = /^\s*(?:hosts|server_host|connect)\s*=\s*(.*)$/.exec(line)?.[1] ?? ''
      for (const [, name = ''] of value.matchAll(/(?:host=|inet:|ldaps?:\/\/|^|\s)([a-z][\w.-]*)/gi)) {
        if (NAME.test(name) || (/^[a-z][\w-]*$/i.test(name) && /^\s*hosts/.test(line) && name !== 'localhost')) {
          found.push({ name: name.toLowerCase(), from: `${path}:${index + 1}` })
        }
      }
    }
  }
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

interface ZoneInput {
  host: string
  domains: readonly string[]
  smarthosts: readonly Smarthost[]
  local: readonly { name: string }[]
  elsewhere: readonly string[]
}

/** The world around the host as the rig's DNS tells of it, in the words of a topology. */
export function worldOf({ host, domains, smarthosts: hops, local, elsewhere }: ZoneInput): Topology {
  const own = new Set([host, ...domains])
  const internet: Record<string, { mx?: []; a?: string[] }> = {}
  for (const name of elsewhere) if (!own.has(name)) internet[name] = {}
  for (const { name } of hops) if (!own.has(name)) internet[name] = { mx: [], a: ['upstream'] }
  for (const { name } of local) if (!own.has(name) && NAME.test(name)) internet[name] = { mx: [], a: ['127.0.0.1'] }
  return parseTopology({
    host,
    local: { domains: domains.filter((name) => NAME.test(name) && name !== host) },
    internet,
  })
}

/** The domains that a configuration names as its own, before any table is asked. */
export function namedDomains(
  survey: Survey,
  postfix: PostfixSettings | undefined,
): { name: string; kind: DomainKind; from: string }[] {
  if (!postfix) return []
  const found: { name: string; kind: DomainKind; from: string }[] = []
  for (const [parameter, kind] of Object.entries(DOMAIN_LISTS)) {
    const value = postfix.values.get(parameter) ?? ''
    const from = originOf(survey, parameter)
    for (const word of value.split(/[\s,]+/)) if (NAME.test(word)) found.push({ name: word.toLowerCase(), kind, from })
    for (const { name: path } of tablesIn(value)) {
      for (const [index, line] of (textOf(survey.tree, path) ?? '').split('\n').entries()) {
        const [key = ''] = line.trim().split(/\s+/)
        if (NAME.test(key))
          found.push({ name: key.toLowerCase(), kind, from: formatPlace({ file: path, line: index + 1 }) })
      }
    }
    if (/^\/\S+$/.test(value)) {
      for (const [index, line] of (textOf(survey.tree, value) ?? '').split('\n').entries()) {
        if (NAME.test(line.trim())) found.push({ name: line.trim().toLowerCase(), kind, from: `${value}:${index + 1}` })
      }
    }
  }
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

export type DomainKind = 'local' | 'virtual-mailbox' | 'virtual-alias' | 'relay'

const DOMAIN_LISTS: Record<string, DomainKind> = {
  mydestination: 'local',
  virtual_mailbox_domains: 'virtual-mailbox',
  virtual_alias_domains: 'virtual-alias',
  relay_domains: 'relay',
}
