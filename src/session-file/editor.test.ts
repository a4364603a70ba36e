import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { VERBS } from './head.ts'
import { frontMatterJsonSchema } from './json-schema.ts'

const GRAMMAR = new URL('../../editor/smtp.tmLanguage.json', import.meta.url)
const RFC = new URL('../../scenarios/rfc5321/', import.meta.url)

describe('the schema of the front matter', () => {
  it('is what editor/ has; `npx vitest run -u` writes it', async () => {
    const schema = `${JSON.stringify(frontMatterJsonSchema(), null, 2)}\n`
    await expect(schema).toMatchFileSnapshot('../../editor/session-file.schema.json')
  })

  it('holds for session files, and not for what is none', async () => {
    const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(frontMatterJsonSchema())))
    const files = (await readdir(RFC)).filter((name) => name.endsWith('.smtp'))
    expect(files.length).toBeGreaterThan(0)
    for (const name of files) {
      const [, front = ''] = (await readFile(new URL(name, RFC), 'utf8')).split(/^---$/m)
      expect(schema.safeParse(parseYaml(front)), name).toMatchObject({ success: true })
    }
    expect(schema.safeParse({ titel: 'x' }).success).toBe(false)
    expect(schema.safeParse({ domains: { 'example.com': { mailboxes: 5 } } }).success).toBe(false)
  })
})

describe('the grammar for editors', () => {
  let grammar: textmate.IGrammar
  beforeAll(async () => {
    const wasm = await readFile(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'))
    await oniguruma.loadWASM(wasm)
    const registry = new textmate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
        createOnigString: (text) => new oniguruma.OnigString(text),
      }),
      // An editor has a grammar of YAML; here it has nothing to tell.
      loadGrammar: async (scope) =>
        scope === 'source.smtp'
          ? textmate.parseRawGrammar(await readFile(GRAMMAR, 'utf8'), 'smtp.tmLanguage.json')
          : { scopeName: scope, patterns: [], repository: { $self: {}, $base: {} } },
    })
    grammar = (await registry.loadGrammar('source.smtp')) ?? expect.unreachable('the grammar loads')
  })

  /** Text → its last scope, for what has one beside the file's. */
  function scopes(text: string): Record<string, string> {
    let state = textmate.INITIAL
    const found: Record<string, string> = {}
    for (const line of text.split('\n')) {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state)
      state = ruleStack
      for (const {
        startIndex,
        endIndex,
        scopes: [, ...inner],
      } of tokens) {
        const last = inner.at(-1)
        const word = line.slice(startIndex, endIndex)
        if (last !== undefined && word.trim() !== '') found[word] = last
      }
    }
    return found
  }

  it.each<[string, Record<string, string>]>([
    [
      'C=(bob): EHLO ${host}\\r\\n',
      {
        C: 'keyword.control.client.smtp',
        '=': 'keyword.operator.octets.smtp',
        bob: 'entity.name.connection.smtp',
        ' EHLO ': 'string.unquoted.sent.smtp',
        '${host}': 'variable.other.smtp',
        '\\n': 'constant.character.escape.smtp',
      },
    ],
    [
      'S[exim]: 550|5xx 5.1.1 words /un(known)?/i "user" +SIZE !VRFY',
      {
        S: 'keyword.control.server.smtp',
        exim: 'entity.name.tag.server.smtp',
        '550|5xx': 'constant.numeric.reply-code.smtp',
        '5.1.1': 'constant.numeric.enhanced-status-code.smtp',
        '/un(known)?/i': 'string.regexp.smtp',
        user: 'string.quoted.double.smtp',
        '+SIZE': 'entity.name.function.keyword.smtp',
        '!VRFY': 'entity.name.function.keyword.smtp',
      },
    ],
    ['S: silence 200ms', { silence: 'keyword.other.special.smtp', '200ms': 'constant.numeric.smtp' }],
    ['# a comment', { '# a comment': 'comment.line.number-sign.smtp' }],
    [
      'mailbox jim[exim]: 1 message, subject like "a*"',
      {
        mailbox: 'keyword.control.outcome.smtp',
        jim: 'entity.name.mailbox.smtp',
        '1': 'constant.numeric.smtp',
        subject: 'keyword.other.smtp',
        'a*': 'string.quoted.double.smtp',
      },
    ],
    [
      '---\ntitle: T\n---\nS: 220',
      { 'title: T': 'meta.embedded.block.yaml', '220': 'constant.numeric.reply-code.smtp' },
    ],
  ])('tells the parts of %j', (text, expected) => {
    expect(scopes(text)).toMatchObject(expected)
  })

  it('knows every statement', () => {
    for (const verb of VERBS) {
      const target = ['mailbox', 'local'].includes(verb) ? `${verb} jim:` : `${verb}:`
      expect(scopes(target)[verb], verb).toMatch(/^keyword\.control\./)
    }
  })
})
