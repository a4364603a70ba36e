import { describe, expect, it } from 'vitest'
import { expectFixtureRead } from '../log-fixture.ts'
import { readLog } from './read-log.ts'

/** Lines as sendmail 8.17.1.9 and busybox syslogd 1.35 wrote them; 8.18.1 writes the same. */
const at = (process: string, text: string) => `Nov 22 11:17:48 mx mail.info ${process}: ${text}`

describe('readLog', () => {
  it('knows a message by the line that takes it in', () => {
    const line = at(
      'sm-mta[42]',
      '6AMBHmef000042: from=<marc@client.example>, size=103, class=0, nrcpts=1, msgid=<m1.23791@client.example>, proto=ESMTP, daemon=MTA-v4, relay=client.example [198.18.4.1]',
    )
    expect(readLog(line)).toMatchObject({
      event: 'queued',
      queueId: '6AMBHmef000042',
      messageId: 'm1.23791@client.example',
    })
  })

  it('passes over ids given to connections and to transactions without a message', () => {
    const lines = [
      at('sm-mta[37]', '6AMB6qSw000037: Milter: no active filter'),
      at(
        'sm-mta[83]',
        '6AMBHwg9000083: from=<marc@client.example>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA-v4, relay=client.example [198.18.4.1]',
      ),
      at(
        'sm-mta[77]',
        '6AMBHusc000077: from=<marc@client.example>, size=98, class=0, nrcpts=1, proto=ESMTP, daemon=MTA-v4, relay=client.example [198.18.4.1]',
      ),
      at('sm-mta[1]', 'starting daemon (8.17.1.9): SMTP+queueing@00:00:01'),
    ]
    expect(lines.map((line) => readLog(line).event)).toEqual(['note', 'note', 'note', 'note'])
  })

  it('knows that a message which cannot be written to the queue is not in it', () => {
    const line = at(
      'sm-mta[220]',
      '6AUG2RhH000220: SYSERR(root): queueup: cannot create queue file ./qf6AUG2RhH000220, euid=0, fd=-1, fp=0x0: No space left on device',
    ).replace('mail.info', 'mail.alert')
    expect(readLog(line)).toMatchObject({ event: 'reject', queueId: '6AUG2RhH000220', removed: true })
  })

  it('knows what milters do to a message, and that they are away', () => {
    const info = (text: string) => at('sm-mta[24]', `6AUFeGCp000024: ${text}`)
    const notes = [
      'Too many recipients',
      'Milter (filter): init success to negotiate',
      'Milter: connect to filters',
      'Milter: connect, ending',
      'Milter accept: message',
      'milter=filter, action=rcpt, reject=550 5.7.1 not here',
      'milter=filter, action=data, accepted',
      'milter=filter, action=rcpt, tempfail',
      'Milter (lenient): abort filter',
      'Milter (lenient): to error state',
      'Milter: data, discard',
      'Milter: initialization failed, temp failing commands',
      'Milter (filter) chgfrom: <other@client.example>',
      'Milter (filter) add: rcpt: <petra@example.com>',
      'Milter (filter) delete: rcpt <jim@example.com>, naddrs=1',
      'Milter (filter) change: header Subject: from  first to changed',
      'Milter (filter) insert (0): header: X-Inserted: above',
      'Milter (filter) message: body replaced',
    ]
    expect(notes.map((text) => [text, readLog(info(text)).event])).toEqual(notes.map((text) => [text, 'note']))
    expect(readLog(info('Milter: to=<jim@example.com>, reject=550 5.7.1 not here'))).toMatchObject({
      event: 'reject',
      to: ['jim@example.com'],
      reply: '550 5.7.1 not here',
      status: '5.7.1',
    })
    expect(readLog(info('Milter: from=<a@b.example>, reject=451 4.3.2 later'))).toMatchObject({ from: 'a@b.example' })
    for (const text of [
      'Milter: data, reject=550 5.7.1 not here',
      'Milter: helo=client.example, reject=550 5.7.1 not here',
      'Milter: connect: host=client.example, addr=198.19.34.1, rejecting commands',
      'SMTP MAIL command (<a@b.example>) from client.example [198.19.34.1] tempfailed (due to previous checks)',
    ]) {
      expect(readLog(info(text)), text).toMatchObject({ event: 'reject', queueId: '6AUFeGCp000024' })
    }
    expect(readLog(info('milter=filter, quarantine=looks odd'))).toMatchObject({ event: 'held', reason: 'looks odd' })
    const trouble = info('Milter read(filter): timeout before data read, where=connect').replace(
      'mail.info',
      'mail.err',
    )
    expect(readLog(trouble)).toMatchObject({ event: 'error' })
  })

  it('tells a delivery from a deferral and from the end', () => {
    const lines = [
      at(
        'sm-mta[211]',
        '6AMBEDrW000209: to=<x@remote.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30104, relay=upstream.rig.test. [198.18.4.1], dsn=4.2.0, reply=450 4.2.0 try later, stat=Deferred: 450 4.2.0 try later',
      ),
      at(
        'sm-mta[220]',
        '6AMBEDrW000209: to=<x@remote.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=120104, relay=upstream.rig.test. [198.18.4.1], dsn=2.0.0, stat=Sent (ok queued)',
      ),
      at('sm-mta[220]', '6AMBEDrW000209: done; delay=00:00:00, ntries=2'),
    ]
    expect(lines.map(readLog)).toMatchObject([
      { event: 'deferred', queueId: '6AMBEDrW000209', reply: '450 4.2.0 try later', status: '4.2.0' },
      { event: 'delivered', queueId: '6AMBEDrW000209', to: ['x@remote.example'] },
      { queueId: '6AMBEDrW000209', removed: true },
    ])
  })

  it('takes what 8.18.2 logs of a lookup for a note', () => {
    const text = '6AU62lVs000024: map=ednsbl, key=1.184.19.198.list.example., val=127.255.255.254'
    expect(readLog(at('sm-mta[24]', text))).toMatchObject({ event: 'note', queueId: '6AU62lVs000024' })
  })

  // Which takes the message: where it is refused, the line has a status.
  it('finds in lines of 8.15 what later ones name: the reply, and whether a bare line feed was fatal', () => {
    const lines = [
      '6AU5xEqX002202: to=<late@elsewhere.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=150326, relay=upstream.example. [198.19.10.1], dsn=4.3.2, stat=Deferred: 451 4.3.2 come back later',
      '6AU5wOeF000813: collect: relay=client.example, from=<harmless@client.example>, info=Bare linefeed (LF) not allowed, where=body',
    ].map((text) => readLog(at('sm-mta[2204]', text)))
    expect(lines).toMatchObject([{ event: 'deferred', reply: '451 4.3.2 come back later' }, { event: 'note' }])
  })

  it('sees the end of a message that has gone through too many servers: no line about a recipient follows', () => {
    expect(
      readLog(at('sm-mta[30]', '6ATGmIGR000026: 6ATGmMGS000030: DSN: Too many hops 111 (100 max): from <a@b.example>')),
    ).toMatchObject({
      event: 'notified',
      queueId: '6ATGmIGR000026',
      child: '6ATGmMGS000030',
      removed: true,
    })
  })

  it('follows a bounce, a bounce of a bounce and a copy for the owner of a list', () => {
    const lines = [
      at('sm-mta[44]', '6AMBHmef000042: 6AMBHmef000044: DSN: User unknown'),
      at('sm-mta[47]', '6AMBHnAv000045: 6AMBHnAv000047: postmaster notify: User unknown'),
      at(
        'sm-mta[52]',
        '6AMBHoki000052: 6AMBHokj000052: return to sender: Host unknown (Name server: nowhere.example: host not found)',
      ),
      at('sm-mta[61]', '6AMBHqLD000060: 6AMBHqLD000061: clone: owner=alice'),
    ]
    expect(lines.map(readLog)).toMatchObject([
      { queueId: '6AMBHmef000042', child: '6AMBHmef000044' },
      { queueId: '6AMBHnAv000045', child: '6AMBHnAv000047' },
      { queueId: '6AMBHoki000052', child: '6AMBHokj000052' },
      { queueId: '6AMBHqLD000060', child: '6AMBHqLD000061', removed: true },
    ])
  })

  it('lets go of a message refused after DATA, discarded, or given up', () => {
    const lines = [
      at(
        'sm-mta[74]',
        '6AMBHtaZ000074: to=<jim@example.com>, delay=00:00:00, pri=34098, stat=Message exceeds maximum fixed size (2000)',
      ),
      at('sm-mta[170]', '6AMBECUW000170: to=<jim@example.com>, delay=00:00:00, pri=30098, stat=discarded'),
      at('sm-mta[83]', '6AMBHwg8000083: to=<jim@example.com>, delay=00:00:00, pri=0, stat=RSET'),
    ]
    expect(lines.map(readLog)).toMatchObject([
      { queueId: '6AMBHtaZ000074', removed: true },
      { queueId: '6AMBECUW000170', removed: true },
      { queueId: '6AMBHwg8000083', removed: true },
    ])
  })

  it('follows a message from the submission program to the daemon', () => {
    const line = at(
      'sendmail[97]',
      '6AMBHx7N000097: to=x@remote.example,alice, ctladdr=alice (1000/1000), delay=00:00:01, xdelay=00:00:01, mailer=relay, pri=60042, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AMBHxEp000098 Message accepted for delivery)',
    )
    expect(readLog(line)).toMatchObject({ queueId: '6AMBHx7N000097', child: '6AMBHxEp000098' })
  })

  it('takes the priority that syslogd writes for the kind of a line it does not know', () => {
    expect(readLog('Nov 22 11:17:48 mx mail.crit sm-mta[42]: something bad')).toMatchObject({ event: 'fatal' })
    expect(readLog(at('sm-mta[42]', 'something else')).event).toBe('raw')
  })

  it.each(['sendmail-8.15.2', 'sendmail-8.17.1.9', 'sendmail-8.18.1'])(
    'reads every line that %s wrote',
    async (name) => {
      await expectFixtureRead(import.meta.url, name, readLog)
    },
  )
})
