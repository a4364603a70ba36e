import { expect, it } from 'vitest'
import { parseSessionFile } from './parse.ts'
import { printSessionFile } from './print.ts'

const FILE = String.raw`---
title: A file with all there is
references:
  - RFC 5321 D.1
needs:
  - dsn
domains:
  example.com:
    mailboxes:
      - jim
local:
  accounts:
    - anna
milters:
  - filter
policies:
  - greylist
dkim:
  - a.example
ipv6: true
filters:
  opendkim: {}
---
milter: on rcpt to like "*@b.example" number 2 delay 5ms reply "550 5.7.1 no", "550 really" times 1
milter filter: on eom add recipient "a@b" delete recipient "c@d" delete header X-A change header Subject "s" add header X-B "1" add header X-B "2" insert header X-C "3" sender "" body "a\\nb" quarantine "odd"
milter: on mail silent
milter: down
milter: 1 message, from "a@b", macro {auth_authen} "jim"
policy: from "" delay 5ms answer "REJECT no" times 2
policy greylist: drop
upstream upstream: on rcpt reply "450 4.2.1 \"later\"" delay 200ms drop times 1
upstream upstream: down
sendmail[exim] as www-data exit 0|67: "-f" "a b\""
| To: x
| 
| ${'$'}{id}\\
sendmail exit ? from "m.eml": "-t"
connect(v6) smtp port 26 from lan over ipv6
S: 220
C: EHLO client.example
S: 250-"mx" words
S: 250 /SIZE (?<size>\d+)\/?/i +SIZE !VRFY +AUTH=PLAIN
or: 5xx
S[exim,trixie]: 250|251 2.1.x
C: a\r\\ \xff \${id} ${'$'}{id}
C=: é"/"
S*: 250 like "a*"
S: ?
S: silence 200ms
auth plain "jim@example.com" "correct horse"
tls
message of 1000
message of 1000 signed a.example
message of 1000 signed a.example broken subject
message raw from "a.eml"
wait 5ms
timeout 1000ms
half-close
S: closed
or: reset
connect(bob) imap
S(bob): * OK
C(bob): a1 LOGIN x y
S(bob): * /x/
S(bob): a1 OK|NO
S(bob): + go
S(bob): * "EXISTS"
close(bob)
connect(eve) pop3
S(eve): +OK
C(eve): LIST
S(eve): +OK
S(eve): 1 120
S(eve): .
reset(eve)
connect(ann) managesieve
S(ann): "SIEVE"
S(ann): OK
connect(out) submission from lan
flush
fault: power-cut mta
fault[postfix]: kill mta qmgr
fault: kill mta
fault: fill-disk mta inodes
fault: free-disk
fault: start-filter opendkim
fault: cut-off mta internet
fault: slow-line mta internet rate 8kB/s latency 200ms
fault: slow-line store lan rate 1250B/s
fault: reconnect
fault: limit mta memory 64MiB descriptors 40
fault: unlimit
fault: time 5 days 1 hour
mailbox jim: 1 message, subject like "Hello *", header X-A /b/i, octets file "x"
mailbox jim[exim]: nothing
local anna: some message, body "x"
upstream upstream: 2 messages, from "a@b", spf "fail", dkim "pass", dmarc "pass", arc "none"
queue: empty
queue[exim]: 1 message, frozen
queue: 2 messages
log: no "panic"
`

it('writes what it reads', () => {
  const file = parseSessionFile(FILE, 'a.smtp')
  expect(printSessionFile(file)).toBe(FILE)
})

it('writes a file without front matter', () => {
  expect(printSessionFile(parseSessionFile('S: 220\n', 'a.smtp'))).toBe('S: 220\n')
})
