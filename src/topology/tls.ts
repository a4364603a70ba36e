import type { HopTls } from './hop-schema.ts'
import { namedHops } from './hops.ts'
import type { Submission } from './model.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** Submission as it will be: what is left out follows from `tls`. */
export function resolveSubmission({ tls, submission }: ParsedTopology): Submission {
  const there = submission?.tls ?? tls
  return {
    tls: there,
    authRequiresTls: submission?.authRequiresTls ?? there === 'required',
    mechanisms: submission?.mechanisms ?? ['PLAIN', 'LOGIN'],
    senders: submission?.senders ?? 'any',
  }
}

/** What a topology says of TLS and AUTH that contradicts the rest of it. */
export function tlsProblems(parsed: ParsedTopology): Problem[] {
  return [...submissionProblems(parsed), ...minimumProblems(parsed), ...outboundProblems(parsed)]
}

function submissionProblems(parsed: ParsedTopology): Problem[] {
  if (!parsed.submission) return []
  const problems: Problem[] = []
  const { tls } = resolveSubmission(parsed)
  const { authRequiresTls } = parsed.submission
  if (authRequiresTls === true && tls === 'none') {
    problems.push({
      path: 'submission.authRequiresTls',
      message: 'AUTH would wait for TLS for ever: submission offers no STARTTLS; set submission.tls to "offered"',
    })
  }
  if (authRequiresTls === false && tls === 'required') {
    problems.push({
      path: 'submission.authRequiresTls',
      message:
        'AUTH cannot come before TLS where submission requires TLS; leave it out, or set submission.tls to "offered"',
    })
  }
  if (parsed.submission.senders === 'own' && parsed.accounts !== 'files') {
    problems.push({
      path: 'submission.senders',
      message: '"own" goes with accounts in files: whose an address is is not looked up in a database',
    })
  }
  const hasUsers =
    Object.keys(parsed.local?.accounts ?? {}).length > 0 ||
    Object.values(parsed.domains).some(({ mailboxes }) => Object.keys(mailboxes).length > 0)
  if (!hasUsers) {
    problems.push({ path: 'submission', message: 'nobody could authenticate: there is no mailbox and no account' })
  }
  return problems
}

function minimumProblems(parsed: ParsedTopology): Problem[] {
  const offered = parsed.tls !== 'none' || resolveSubmission(parsed).tls !== 'none'
  if (parsed.tlsMinimum === undefined || offered) return []
  return [
    { path: 'tlsMinimum', message: `${quote(parsed.tlsMinimum)} asks for TLS of a version, but no TLS is offered` },
  ]
}

/** MTAs know a next hop by its address, so what holds for an upstream on one way holds on all. */
function outboundProblems(parsed: ParsedTopology): Problem[] {
  const problems: Problem[] = []
  const said = new Map<string, { tls: HopTls; path: string }>()
  const say = (upstream: string, tls: HopTls, path: string) => {
    const before = said.get(upstream)
    if (before && before.tls !== tls) {
      problems.push({
        path,
        message: `the upstream ${quote(upstream)} is reached with TLS ${quote(tls)} here and ${quote(before.tls)} by ${before.path}; name another upstream`,
      })
    } else said.set(upstream, { tls, path })
  }
  for (const { path, hop } of namedHops(parsed)) say(hop.upstream, hop.tls ?? parsed.outboundTls, formatPath(path))
  if (parsed.smarthost) return problems
  for (const [domain, { mx }] of Object.entries(parsed.internet)) {
    if (domain in parsed.routes) continue
    for (const { upstream } of mx) {
      if (upstream !== undefined) say(upstream, parsed.outboundTls, `internet[${quote(domain)}].mx`)
    }
  }
  return problems
}
