import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { patience } from '../src/metrics/patience.ts'
import { renderPage } from '../src/report/html/render-page.ts'
import { matrixProjects } from '../src/report/matrix.ts'
import type { RunDocument } from '../src/report/run-document.ts'
import { runOf, testRun } from '../src/report/test-run.ts'
import { type ContainedBrowser, startChromium } from './chromium.ts'
import { ROOT } from './run-command.ts'
import { SYNTHETIC, syntheticRun } from './synthetic-run.ts'

// A run of more than 2,000 cells, opened from disk in Debian's Chromium, which has no network.
const ADDRESS = 'file:///report/index.html'
const FILE = 'scenarios/behaviour/behaviour-02.scenario.ts'
const FAILED = 'does what number 2.1 asks for, and says so in its reply'
const ALL = SYNTHETIC.files * SYNTHETIC.testsOfFile

let html: string
let chromium: ContainedBrowser
beforeAll(async () => {
  html = await renderPage(syntheticRun(matrixProjects), matrixProjects)
  chromium = await startChromium({
    '/report/index.html': html,
    '/report/small.html': await renderPage(syntheticRun(matrixProjects, 3), matrixProjects),
    '/report/broken.html': await renderPage(brokenRun(), matrixProjects),
  })
})
afterAll(() => chromium?.close())

const pages: Page[] = []
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()))
})

/** Of a rig that did not start: the file has the error, and its tests did not run. */
const NOT_STARTED = [
  'postfix did not start: it ended with code 1',
  '  Jan  1 00:00:00 mx postfix/postfix-script[12]: fatal: bad string length 0 < 1: myorigin =',
  ...Array.from({ length: 12 }, (_, number) => `  line ${number} of the log`),
  'to do: Correct what the log names.',
].join('\n')

function brokenRun(): RunDocument {
  const run = runOf({ 'postfix-trixie': [testRun({ name: 'delivers', state: 'skipped' })] })
  const [scenario] = run.projects['postfix-trixie']?.scenarios ?? []
  Object.assign(scenario ?? {}, { state: 'failed', errors: [NOT_STARTED] })
  return run
}

/** The page in a window of its own; what goes wrong in it fails the test. */
async function opened(where = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  pages.push(page)
  page.on('pageerror', (error) => expect.fail(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) expect.fail(`the page asks for ${request.url()}`)
  })
  await page.goto(new URL(where, ADDRESS).href)
  return page
}

/** The cell that has the focus, as `file, test, server`. In words of the page: here there are no types for it. */
const focused = (page: Page) =>
  page.evaluate<string>(`(() => {
    const { file, test } = document.activeElement.parentElement.dataset
    return [file, test, document.activeElement.dataset.on].join(', ')
  })()`)

const cellOf = (test: string, on: string) => `[data-test="${test}"] [data-on="${on}"]`

describe('the run report', () => {
  it('opens in less than a second, and is smaller than 10 MB', async () => {
    expect(Buffer.byteLength(html)).toBeLessThan(10_000_000)
    const page = await opened()
    expect(await page.locator('#grid td').count()).toBeGreaterThan(2_000)
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
    }
    const before = await busy()
    await page.reload()
    const ms = (await busy()) - before
    const wall = await page.evaluate<number>(`performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`)
    const size = (Buffer.byteLength(html) / 1e6).toFixed(2)
    console.log(`${size} MB, ready after ${wall.toFixed(0)} ms, of which the page was busy ${ms.toFixed(0)} ms`)
    // What the page itself needs of a processor: other tests, beside this one, take what there is of them.
    expect(ms).toBeGreaterThan(0)
    expect(ms).toBeLessThan(1_000)
    expect(await page.title(), 'what a message says is no markup').toBe('mailrig: run report')
  })

  // Of a few tests only: axe looks at each cell, and they are all alike.
  it.each(['light', 'dark'] as const)(
    'has no fault that axe finds, in %s',
    async (colorScheme) => {
      const page = await opened('small.html', { colorScheme })
      const faults = async () => {
        const axe = new AxeBuilder({ page })
        // Light or dark is a matter of colours alone; the rest would be looked at twice.
        const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze()
        return violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html: text }) => text) }))
      }
      expect(await faults(), 'of the results').toEqual([])
      await page.click(cellOf(FAILED, 'exim-trixie'))
      await page.locator('dialog .diagram svg').waitFor()
      for (const summary of await page.locator('dialog summary').all()) await summary.click()
      expect(await faults(), 'of the evidence').toEqual([])
      await page.keyboard.press('Escape')
      await page.click('#tab-behaviour')
      expect(await faults(), 'of the behaviour').toEqual([])
    },
    1_200_000,
  )

  it('is walked by keyboard', async () => {
    const page = await opened()
    await page.focus('#grid [tabindex="0"]')
    const first = 'scenarios/access/behaviour-00.scenario.ts'
    const test = (number: string) => `does what number ${number} asks for, and says so in its reply`
    expect(await focused(page)).toBe(`${first}, , postfix-bookworm`)
    const pressed = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
      return focused(page)
    }
    expect(await pressed('ArrowDown', 'ArrowDown', 'ArrowRight')).toBe(`${first}, ${test('0.1')}, postfix-trixie`)
    expect(await pressed('End')).toBe(`${first}, ${test('0.1')}, ${matrixProjects.at(-1)}`)
    expect(await pressed('ArrowRight', 'ArrowLeft', 'ArrowUp')).toBe(
      `${first}, ${test('0.0')}, ${matrixProjects.at(-2)}`,
    )
    const last = 'scenarios/smtp/behaviour-55.scenario.ts'
    expect(await pressed('Control+End')).toBe(`${last}, ${test('55.5')}, ${matrixProjects.at(-1)}`)
    expect(await pressed('PageUp', 'Home')).toBe(
      `scenarios/smtp/behaviour-39.scenario.ts, ${test('39.4')}, postfix-bookworm`,
    )
    expect(await pressed('Control+Home', 'ArrowDown')).toBe(`${first}, ${test('0.0')}, postfix-bookworm`)
    await page.keyboard.press('Enter')
    await page.locator('dialog .transcript').first().waitFor()
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('evidence-title')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'hidden' })
    expect(await focused(page), 'where it was before').toBe(`${first}, ${test('0.0')}, postfix-bookworm`)
    expect(await page.locator('#grid [tabindex="0"]').count(), 'one tab stop').toBe(1)
    await page.focus('#tab-matrix')
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#behaviour').isVisible()).toBe(true)
  })

  it('finds by words, and filters by result and server', async () => {
    const page = await opened()
    const count = () => page.textContent('#count')
    expect(await count()).toBe(`${ALL} tests`)
    await page.fill('#search', 'behaviour-07 7.3')
    expect(await count()).toBe(`1 of ${ALL} tests`)
    await page.fill('#search', 'compiles nothing')
    expect(await count(), 'by the reason').toBe(`${SYNTHETIC.files} of ${ALL} tests`)
    await page.fill('#search', '')
    for (const state of ['passed', 'unsupported', 'skipped']) await page.uncheck(`#states [value="${state}"]`)
    expect(await count()).toBe(`1 of ${ALL} tests`)
    await page.uncheck('#servers [value="exim-trixie"]')
    expect(await page.locator('#grid thead th:visible').count()).toBe(1 + matrixProjects.length - 1)
    expect(await page.locator('#grid tbody tr:visible').count(), 'the file and its test').toBe(2)
    await page.reload()
    expect(await count(), 'the address has it all').toBe(`1 of ${ALL} tests`)
  })

  it('opens the cell that the address names, and shows what happened', async () => {
    const words = new URLSearchParams({ file: FILE, test: FAILED, on: 'postfix-trixie' })
    const page = await opened(`#${words}`)
    const dialog = page.locator('dialog')
    await dialog.locator('.transcript').first().waitFor()
    const text = await dialog.textContent()
    expect(text).toContain('expected the message in jim@example.com')
    expect(await dialog.locator('.place').first().textContent(), 'where it failed').toBe(
      `${FILE}:14:32\n14 │   await expect(mailbox('jim')).toReceive(message)`,
    )
    expect(await dialog.locator('.place mark').textContent()).toBe('toReceive')
    expect(text, 'the session').toContain('C: RCPT TO:<nobody@example.com>')
    expect(await dialog.locator('.transcript .bad').first().textContent()).toContain('550 5.1.1')
    expect(await dialog.locator('.diagram .name').allTextContents()).toEqual([
      'client',
      'postfix',
      'dovecot',
      'upstream',
    ])
    expect(await dialog.locator('.log .own').count()).toBe(8)
    const stored = await dialog.locator('.log .own').last().locator('td').allTextContents()
    expect(stored.slice(1), 'what was read beside the line').toEqual([
      expect.stringMatching(/^store, messageId \S+$/),
      expect.stringMatching(/^lmtp\(petra@example\.com\): msgid=<\S+>: saved mail to INBOX$/),
    ])
    expect(await dialog.locator('summary').allTextContents()).toEqual(
      expect.arrayContaining(['as the servers were told', 'postfix: /etc/postfix/main.cf']),
    )
    await dialog.getByRole('button', { name: 'exim-bookworm' }).click()
    await expect.poll(() => page.url(), { interval: 20, timeout: patience(20_000) }).toContain('on=exim-bookworm')
    await page.goBack()
    await expect
      .poll(() => dialog.locator('.evidence-head p').textContent(), { interval: 20, timeout: patience(20_000) })
      .toContain('postfix-trixie')
  })

  it('says what became of each message before it shows the journey', async () => {
    const page = await opened(`#${new URLSearchParams({ file: FILE, test: FAILED, on: 'postfix-trixie' })}`)
    const dialog = page.locator('dialog')
    await dialog.locator('.became').waitFor()
    expect((await dialog.locator('h3').allTextContents()).slice(0, 3)).toEqual([
      'Why it failed',
      'What became of the messages',
      'Journey',
    ])
    expect(await dialog.locator('.became li').allTextContents()).toEqual([
      'It did not come into jim@example.com, where the test expected it.',
      'It is in petra@example.com, INBOX, UID 7: another mailbox than the test expected.',
      'nobody@example.com: refused: 550 5.1.1 <nobody@example.com>: Recipient rejected',
      'jim@example.com: delivered to petra@example.com',
      expect.stringMatching(/^Upstream "upstream" was handed it: from <sender@client\.example> to <jim@/),
    ])
  })

  it('shows each label of the diagram whole, within the diagram', async () => {
    const page = await opened(`#${new URLSearchParams({ file: FILE, test: FAILED, on: 'postfix-trixie' })}`)
    const svg = page.locator('dialog .diagram svg')
    await svg.waitFor()
    const labels = await page.evaluate<{ text: string; whole: boolean }[]>(`(() => {
      const { right } = document.querySelector('.diagram svg').getBoundingClientRect()
      return [...document.querySelectorAll('.diagram g')].map((group) => {
        const lines = [...group.querySelectorAll('text:not(.time)')]
        return {
          text: lines.map(({ textContent }) => textContent).join(' '),
          whole: lines.every((line) => line.getBoundingClientRect().right <= right),
        }
      })
    })()`)
    expect(labels.filter(({ whole }) => !whole)).toEqual([])
    const texts = labels.map(({ text }) => text)
    expect(texts).toContain('550 5.1.1 <nobody@example.com>: Recipient address rejected')
    expect(texts).toContain('stored for petra@example.com, not for jim@example.com')
    expect(texts).toContainEqual(expect.stringMatching(/^delivered <jim@example\.com> by .* Saved$/))
    expect(texts.join()).not.toContain('…')
    const bends = await page.evaluate<number>(`(() => {
      const boxes = [...document.querySelectorAll('.diagram text')].map((text) => text.getBoundingClientRect())
      return boxes.filter((box, at) => boxes.some((other, index) => index > at &&
        other.left < box.right - 1 && other.right - 1 > box.left && other.top < box.bottom - 3 && other.bottom - 3 > box.top)).length
    })()`)
    expect(bends, 'labels that lie upon each other').toBe(0)
  })

  it('shows on a phone the journey as a list, and nothing is cut', async () => {
    const phone = { viewport: { width: 390, height: 844 } }
    const page = await opened(`#${new URLSearchParams({ file: FILE, test: FAILED, on: 'postfix-trixie' })}`, phone)
    const list = page.locator('dialog .steps ol')
    await list.waitFor()
    expect(await page.locator('dialog .diagram').isVisible()).toBe(false)
    expect((await list.locator('li').allTextContents()).join('\n')).toContain('stored for petra@example.com, not for')
    await page.evaluate(`for (const one of document.querySelectorAll('dialog details')) one.open = true`)
    const widths = (selector: string) =>
      page.evaluate<number[]>(`(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(${selector})`)
    const [needed = Number.NaN, there] = await widths(`document.querySelector('dialog')`)
    expect(needed, 'what happened').toBeLessThanOrEqual(there ?? Number.NaN)
    const [page390 = Number.NaN] = await widths('document.documentElement')
    expect(page390, 'the page; of the table, six servers wide, it is the table that scrolls').toBeLessThanOrEqual(390)
    await page.setViewportSize({ width: 1200, height: 800 })
    await page.locator('dialog .diagram').waitFor()
    await list.waitFor({ state: 'hidden' })
  })

  it('opens of a file its tests, those that failed first and with the reason', async () => {
    const page = await opened()
    await page.click(cellOf('', 'postfix-trixie').replace('[data-test=""]', `[data-file="${FILE}"][data-test=""]`))
    const dialog = page.locator('dialog')
    await dialog.locator('.tests').waitFor()
    const items = dialog.locator('.tests li')
    expect(await items.count()).toBe(SYNTHETIC.testsOfFile)
    const first = items.first()
    expect(await first.locator('button').textContent()).toBe(`✗ ${FAILED}`)
    expect(await first.locator('.error').textContent()).toBe('expected the message in jim@example.com')
    expect(await first.locator('.place').textContent()).toContain(`${FILE}:14:32`)
    await first.locator('button').click()
    await dialog.locator('.became').waitFor()
    expect(await dialog.locator('#evidence-title').textContent()).toBe(FAILED)
  })

  it('shows of a file whose rig did not start the whole error, also to those who look at a test', async () => {
    const page = await opened('broken.html')
    await page.click('[data-test="delivers"] [data-on="postfix-trixie"]')
    const dialog = page.locator('dialog')
    await dialog.getByRole('button', { name: 'See what went wrong in the file.' }).click()
    await dialog.locator('.error').waitFor()
    expect(await dialog.locator('.error').textContent()).toBe(NOT_STARTED)
    expect(await dialog.locator('.tests li').allTextContents()).toEqual(['· delivers skipped, 1 ms'])
  })

  it('says at the top when the run was made, with what, and which servers it had', async () => {
    const page = await opened()
    expect(await page.locator('#summary li').allTextContents()).toEqual(
      expect.arrayContaining([
        '2026-01-01 00:00:00 UTC, 2 min 11 s, with mailrig 0.1.0, Node.js 24.11.1, docker 20.10.24',
        expect.stringMatching(/^Servers: postfix-bookworm \(postfix 1\.0\), postfix-trixie \(postfix 1\.1\), /),
      ]),
    )
    await page.goto(new URL('broken.html', ADDRESS).href)
    expect(await page.locator('#summary time').count(), 'a record of an earlier version').toBe(0)
  })

  it('shows where the servers differ', async () => {
    const page = await opened('#tab=behaviour&differs=MTA')
    expect(await page.textContent('#behaviour-count')).toBe('0 of 47 rows')
    await page.selectOption('#behaviour-differs', 'words')
    expect(await page.locator('#behaviour tbody tr:visible').count()).toBe(39)
    await page.fill('#behaviour-search', 'user-3-2')
    expect(await page.textContent('#behaviour-count')).toBe('1 of 47 rows')
  })
})

// docs/images/ is made anew only when somebody asks: pictures differ from machine to machine.
it.runIf(process.env.MAILRIG_SCREENSHOTS)('makes the pictures of the documentation', async () => {
  const folder = join(ROOT, 'docs/images')
  await mkdir(folder, { recursive: true })
  const viewport = { width: 1200, height: 800 }
  const shot = async (name: string, page: Page) => writeFile(join(folder, `${name}.png`), await page.screenshot())
  await shot('report-results', await opened('#search=scenarios/behaviour/', { viewport }))
  const words = new URLSearchParams({ file: FILE, test: FAILED, on: 'postfix-trixie' })
  const dark = await opened(`#${words}`, { viewport, colorScheme: 'dark' })
  await dark.locator('dialog .diagram svg').waitFor()
  await shot('report-evidence', dark)
})
