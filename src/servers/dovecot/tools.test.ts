import { describe, expect, it } from 'vitest'
import { fetch, find, folders, setting, status } from './tools.ts'

describe('setting', () => {
  it.each([
    ['ssl_min_protocol = TLSv1.2\n', 'TLSv1.2'],
    ['recipient_delimiter = \n', ''],
    ['mail_plugins {\n  quota = yes\n}\n', 'quota = yes'],
    ['', undefined],
  ])('reads %j', (stdout, value) => {
    expect(setting('x').parse(stdout)).toBe(value)
  })
})

describe('doveadm', () => {
  it('reads a folder’s state', () => {
    const { command, parse } = status('jim@example.com', 'INBOX')
    expect(command.slice(0, 7)).toEqual(['doveadm', '-f', 'json', 'mailbox', 'status', '-u', 'jim@example.com'])
    expect(
      parse('[{"mailbox":"INBOX","messages":"1","uidnext":"2","uidvalidity":"1795354850","unseen":"0","vsize":"51"}]'),
    ).toEqual({ messages: 1, unseen: 0, uidNext: 2, uidValidity: 1795354850, size: 51 })
  })

  it('lists folders', () => {
    expect(folders('jim@example.com').parse('[{"mailbox":"Lists"},{"mailbox":"INBOX"}]')).toEqual(['Lists', 'INBOX'])
  })

  it('fetches fields of what matches', () => {
    const { command, parse } = fetch('jim', ['uid', 'flags'], ['SUBJECT', 'Hello'])
    expect(command.slice(3)).toEqual(['fetch', '-u', 'jim', 'uid flags', 'SUBJECT', 'Hello'])
    expect(parse('[{"uid":"1","flags":"\\\\Recent"}]')).toEqual([{ uid: '1', flags: '\\Recent' }])
    expect(parse('[]')).toEqual([])
  })

  it('finds messages in every mailbox', () => {
    const { command, parse } = find(['1@b', '2@b'])
    expect(command.slice(6)).toEqual(['(', 'HEADER', 'Message-ID', '<1@b>', 'OR', 'HEADER', 'Message-ID', '<2@b>', ')'])
    expect(
      parse('[{"username":"jim","user":"jim@example.com","mailbox":"INBOX","uid":"1","hdr.message-id":"<1@b>"}]'),
    ).toEqual([{ user: 'jim@example.com', folder: 'INBOX', uid: 1, messageId: '1@b' }])
  })
})
