import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { patience } from '../src/metrics/patience.ts'
import { renderPage } from '../src/report/html/render-page.ts'
import { matrixProjects } from '../src/report/matrix.ts'
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
  })
})
afterAll(() => chromium?.close())

const pages: Page[] = []
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()))
})

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
    expect(await pressed('End')).toBe(`${first}, ${test('0.1')}, sendmail-trixie`)
    expect(await pressed('ArrowRight', 'ArrowLeft', 'ArrowUp')).toBe(`${first}, ${test('0.0')}, sendmail-bookworm`)
    const last = 'scenarios/smtp/behaviour-55.scenario.ts'
    expect(await pressed('Control+End')).toBe(`${last}, ${test('55.5')}, sendmail-trixie`)
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
      expect.stringMatching(/^lmtp\(jim@example\.com\): msgid=<\S+>: saved mail to INBOX$/),
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
