import { chai, describe, expect, it } from 'vitest'
import { RunningMta } from '../../rig/running-mta.ts'
import { makeReply } from '../../session/reply.ts'
import { Upstream } from '../../upstream/upstream.ts'
import '../index.ts'
import { Unawaited } from '../unawaited.ts'

const reply = makeReply({ code: 250, lines: ['2.1.5 Ok'], raw: Buffer.alloc(0), faults: [] }, 0, 0)
const message = { messageId: 'a@example.com', envelope: { from: '', to: [] }, replies: {} }
const mailbox = {
  address: 'petra@example.com',
  receive: async () => ({ messageId: 'a@example.com' }),
  receivedFromThisTest: async () => [],
}
const upstream = new Upstream({ name: 'upstream', host: 'up.example' })
const mta = Object.assign(Object.create(RunningMta.prototype) as object, { name: 'postfix' })

/** What a matcher says at once, before anything is waited for. */
function refusal(write: () => unknown): string {
  try {
    write()
  } catch (error) {
    expect(error).toMatchObject({ code: 'MATCHER_MISUSED', exitCode: 2 })
    return (error as Error).message
  }
  return expect.unreachable('it is refused')
}

describe('a matcher says at once what it takes', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'toReceive of a reply',
      () => expect(reply).toReceive('x'),
      /^toReceive takes a mailbox, as in expect\(mailbox\('jim'\)\)\.toReceive\(message\); it was given a reply, "250 2\.1\.5 Ok": a reply has toReply$/,
    ],
    ['toReceive of a name', () => expect('petra').toReceive('x'), /it was given "petra"$/],
    ['toReceive of nothing', () => expect(undefined).toReceive('x'), /it was given undefined$/],
    [
      'toReceive of an upstream',
      () => expect(upstream).toReceive('x'),
      /the upstream "upstream": an upstream has toHaveRelayed and/,
    ],
    ['toReceive of the server', () => expect(mta).toReceive('x'), /the server postfix: the server has toHaveLogged$/],
    [
      'toReceive of a number',
      () => expect(mailbox).toReceive(250 as never),
      /^toReceive takes what smtp\.send gave, .* it was given 250$/,
    ],
    [
      'toReceive of a promise',
      () => expect(mailbox).toReceive(Promise.resolve(message) as never),
      /it was given a promise: put "await" before it$/,
    ],
    [
      'toReceive of a pattern',
      () => expect(mailbox).toReceive({ subject: 'x' } as never),
      /it was given an object with subject$/,
    ],
    ['toReceive of no Message-ID', () => expect(mailbox).toReceive(''), /it was given ""$/],
    [
      'a wrong option',
      () => expect(mailbox).toReceive('x', { timeout: 5 } as never),
      /there is no "timeout"; did you mean "timeoutMs"\? There is timeoutMs/,
    ],
    [
      'a wrong time',
      () => expect(mailbox).toReceive('x', { timeoutMs: '5' } as never),
      /timeoutMs is a number of milliseconds, not 5/,
    ],
    [
      'options that are none',
      () => expect(mailbox).toReceive('x', 5 as never),
      /options are an object such as \{ timeoutMs: 500 \}/,
    ],
    [
      'toReceiveNothing of a message',
      () => (expect(mailbox).toReceiveNothing as (one: unknown) => unknown)(message),
      /^toReceiveNothing takes no argument, .* given a sent message$/,
    ],
    ['toReceiveNothing of a reply', () => expect(reply).toReceiveNothing(), /toReceiveNothing takes a mailbox/],
    [
      'toHaveRelayed of a mailbox',
      () => expect(mailbox).toHaveRelayed({}),
      /takes an upstream, .* the mailbox petra@example\.com: a mailbox has toReceive/,
    ],
    [
      'toHaveRelayed of a text',
      () => expect(upstream).toHaveRelayed('x' as never),
      /takes what smtp\.send gave, or a pattern of from, to, subject, messageId, .* given "x"$/,
    ],
    [
      'toHaveRelayed of an unknown field',
      () => expect(upstream).toHaveRelayed({ form: 'x' } as never),
      /there is no "form"; did you mean "from"\?/,
    ],
    [
      'toHaveRelayed of a wrong value',
      () => expect(upstream).toHaveRelayed({ from: undefined } as never),
      /from is a text or a regular expression, not undefined/,
    ],
    [
      'toHaveRelayedNothing of a mailbox',
      () => expect(mailbox).toHaveRelayedNothing(),
      /toHaveRelayedNothing takes an upstream/,
    ],
    [
      'toHaveRelayedNothing of a message',
      () => (expect(upstream).toHaveRelayedNothing as (one: unknown) => unknown)(message),
      /takes no argument/,
    ],
    [
      'toHaveLogged of a reply',
      () => expect(reply).toHaveLogged({ event: 'reject' }),
      /toHaveLogged takes the server, as in/,
    ],
    [
      'toHaveLogged of a text',
      () => expect(mta).toHaveLogged('reject' as never),
      /takes what the event is like, by one of event, time, queueId, .* given "reject"$/,
    ],
    ['toHaveLogged of anything', () => expect(mta).toHaveLogged({}), /given an object without keys$/],
    [
      'toHaveLogged of an unknown field',
      () => expect(mta).toHaveLogged({ event: 'reject', recipient: 'x' } as never),
      /there is no "recipient"; there is event,/,
    ],
    [
      'toHaveLogged of an unknown event',
      () => expect(mta).toHaveLogged({ event: 'rejected' as never }),
      /there is no event "rejected"; did you mean "reject"\?/,
    ],
    [
      'toHaveLogged of a wrong value',
      () => expect(mta).toHaveLogged({ event: 'reject', delay: '5' as never }),
      /delay is a number, not "5"/,
    ],
    [
      'toReply of nothing',
      () => expect(undefined).toReply(250),
      /^toReply takes a reply, as in expect\(reply\)\.toReply\('550 5\.1\.1', \/unknown\/\); it was given undefined$/,
    ],
    [
      'toReply of a promise',
      () => expect(Promise.resolve(reply)).toReply(250),
      /it was given a promise: put "await" before it$/,
    ],
    [
      'toReply of a sent message',
      () => expect(message).toReply(250),
      /a sent message: its replies are replies\.mail, replies\.rcpt\[0\], .* rejected\[0\]\.reply$/,
    ],
    [
      'toReply of a mailbox',
      () => expect(mailbox).toReply(250),
      /the mailbox petra@example\.com: a mailbox has toReceive/,
    ],
    [
      'toReply without a code',
      () => expect(reply).toReply(undefined as never),
      /toReply takes a reply code, .* it was given undefined$/,
    ],
    [
      'toReply of half a code',
      () => expect(reply).toReply(55),
      /^toReply\(55\): found "55", expected a reply code such as 250, 25x or 5xx; it is written/,
    ],
    [
      'toReply of a list that ends in nothing',
      () => expect(reply).toReply('450|'),
      /^toReply\("450\|"\): found the end of the line, expected a reply code/,
    ],
    [
      'toReply with the text in the code',
      () => expect(reply).toReply('250 Ok'),
      /found "Ok", expected nothing else: a text goes into the second argument/,
    ],
    [
      'toReply of a class that is not the code’s',
      () => expect(reply).toReply('250 5.1.1'),
      /expected an enhanced status code of class 2/,
    ],
    [
      'toReply of a text that is none',
      () => expect(reply).toReply(250, 5 as never),
      /a text or a regular expression behind the code, .* given 5$/,
    ],
    [
      'bufferContaining of a number',
      () => expect(Buffer.from('a')).toEqual(expect.bufferContaining(5 as never)),
      /bufferContaining takes octets, .* given 5$/,
    ],
  ])('%s', (_, write, said) => {
    expect(refusal(write)).toMatch(said)
  })

  it.each<[string, () => unknown, string]>([
    ['toReceive', () => expect(mailbox).not.toReceive('x'), 'toReceiveNothing()'],
    ['toReceiveNothing', () => expect(mailbox).not.toReceiveNothing(), 'toReceive(message)'],
    ['toHaveRelayed', () => expect(upstream).not.toHaveRelayed({}), 'toHaveRelayedNothing()'],
    ['toHaveRelayedNothing', () => expect(upstream).not.toHaveRelayedNothing(), 'toHaveRelayed(message)'],
    ['toHaveLogged', () => expect(mta).not.toHaveLogged({ event: 'reject' }), 'mta.settled(message)'],
  ])('.not.%s, and what to write in its place', (name, write, instead) => {
    const said = refusal(write)
    expect(said).toContain(`.not.${name} would wait for nothing until its time is over: write await `)
    expect(said).toContain(instead)
  })

  it('.not.toReply stays: it does not wait', () => {
    expect(reply).not.toReply('5xx')
    expect(() => expect(reply).not.toReply('2xx')).toThrow('expected the reply 2xx')
  })
})

describe('a matcher that nobody waits for', () => {
  const failing = { ...mailbox, receive: () => Promise.reject(new Error('Unexpected close')) }

  it.each<[string, () => unknown, string]>([
    ['toReceive', () => expect(mailbox).toReceive('x'), 'toReceive'],
    ['toReceive that fails', () => expect(failing).toReceive('x'), 'toReceive'],
    ['a soft one', () => expect.soft(mailbox).toReceive('x'), 'toReceive'],
    ['toReceiveNothing', () => expect(mailbox).toReceiveNothing(), 'toReceiveNothing'],
  ])('fails the test: %s', async (_, write, name) => {
    const watched = { name: 'a test' }
    const unawaited = new Unawaited(watched)
    unawaited.own(mailbox)
    unawaited.own(failing)
    write()
    await new Promise((resolve) => setImmediate(resolve))
    await expect(unawaited.end()).rejects.toThrow(
      `${name} was not awaited: the test was over before its answer. Write "await expect(…).${name}(…)"`,
    )
  })

  it('is another than one that is awaited', async () => {
    const unawaited = new Unawaited({ name: 'a test' })
    unawaited.own(mailbox)
    await expect(mailbox).toReceive('x')
    await Promise.all([expect(mailbox).toReceiveNothing(), expect.soft(mailbox).toReceive('x')])
    await expect(Promise.resolve(mailbox)).resolves.toReceive('x')
    await unawaited.end()
  })

  it('is refused by name when the test is over', async () => {
    const unawaited = new Unawaited({ name: 'deliver', fullTestName: 'quotas > deliver' })
    unawaited.own(mailbox)
    await unawaited.end()
    expect(() => expect(mailbox).toReceive('x')).toThrow(
      'toReceive was begun when its test was over already ("quotas > deliver")',
    )
  })

  it('is nobody’s in a hook, where its failure names the test before', async () => {
    await new Unawaited({ name: 'deliver', fullTestName: 'quotas > deliver' }).end()
    const outside = expect(upstream)
    // As in a hook: vitest knows of no test.
    chai.util.flag(outside, 'vitest-test', undefined)
    await expect(outside.toHaveRelayed({ from: 'x@y.example' }, { timeoutMs: 1 })).rejects.toThrow(
      /waited 1 ms .*\nNo test was under way; the last was "quotas > deliver"\.$/s,
    )
    await expect(upstream).toHaveRelayedNothing()
  })

  it('is charged to each test under way where nobody knows whose it is', async () => {
    const [one, other] = [new Unawaited({ name: 'one' }), new Unawaited({ name: 'other' })]
    expect(upstream).toHaveRelayedNothing()
    await expect(one.end()).rejects.toThrow('toHaveRelayedNothing was not awaited')
    await expect(other.end()).rejects.toThrow('toHaveRelayedNothing was not awaited')
  })

  it('sends that nobody waits for are none of them better', async () => {
    const unawaited = new Unawaited({ name: 'a test' })
    void unawaited.during('smtp.send', Promise.reject(new Error('refused')))
    await expect(unawaited.end()).rejects.toThrow('smtp.send was not awaited')
    const other = new Unawaited({ name: 'a test' })
    const { promise, resolve } = Promise.withResolvers<void>()
    const chain = other.during('smtp.session', promise).then(() => {
      expect(upstream).toHaveRelayedNothing()
    })
    const end = expect(other.end()).rejects.toThrow('smtp.session was not awaited')
    resolve()
    await end
    await chain
    const good = new Unawaited({ name: 'a test' })
    await good.during('smtp.send', Promise.resolve(5))
    await good.end()
  })
})
