/** A real Chromium without a window, where the machine has one. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Why the tests in a browser are skipped; null where they run. */
export const whyNoBrowser = existsSync(CHROMIUM)
  ? null
  : `no ${CHROMIUM}: the pages were NOT looked at in a browser. Install it with: apt-get install chromium`

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

export interface Look {
  /** What the page said on its console, and its errors. */
  complaints: string[]
  /** Addresses that it asked for, besides its own. */
  requests: string[]
  /** Of the window; null where none was asked for. */
  screenshot: Buffer | null
  /** Elements that reach beyond the window or are cut off, as tag#id.class. */
  overflowing: string[]
  pageWidth: number
  /** Pictures that are seen: their figure's id, their size, and how many marks they have. */
  pictures: { id: string; width: number; height: number; marks: number }[]
  background: string
}

export interface Window {
  width: number
  colorScheme: 'light' | 'dark'
  media?: 'print'
}

/** A window in which one file after another is opened. */
export class Viewer {
  readonly #page: Page
  #complaints: string[] = []
  #requests: string[] = []

  private constructor(page: Page) {
    this.#page = page
    page.on('console', (message) => message.text() !== LAST_WORD && this.#complaints.push(message.text()))
    page.on('pageerror', (error) => this.#complaints.push(error.message))
    page.on('request', (request) => this.#requests.push(request.url()))
  }

  static async open(browser: Browser, { width, colorScheme, media }: Window): Promise<Viewer> {
    const viewport = { width, height: 900 }
    const context = await browser.newContext({ viewport, colorScheme, offline: true })
    const page = await context.newPage()
    if (media !== undefined) await page.emulateMedia({ media, colorScheme })
    return new Viewer(page)
  }

  /** @param isDrawn for a screenshot */
  async look(path: string, isDrawn: boolean): Promise<Look> {
    const page = this.#page
    const [complaints, requests] = [[] as string[], [] as string[]]
    this.#complaints = complaints
    this.#requests = requests
    await page.goto(`file://${path}`)
    const seen = (await page.evaluate(LOOK)) as Omit<Look, 'complaints' | 'requests' | 'screenshot'>
    // Of the window: a whole page of tables is taller than a browser can draw at once.
    const screenshot = isDrawn ? await page.screenshot() : null
    // What a page says arrives in order, but later than it was said.
    await Promise.all([
      page.waitForEvent('console', (message) => message.text() === LAST_WORD),
      page.evaluate((word) => console.log(word), LAST_WORD),
    ])
    const foreign = requests.filter((url) => !url.startsWith('data:') && url !== `file://${path}`)
    return { complaints, requests: foreign, screenshot, ...seen }
  }

  close(): Promise<void> {
    return this.#page.context().close()
  }
}

/** Opens a file in a window of its own and looks at it, with a screenshot. */
export async function lookAt(browser: Browser, path: string, window: Window): Promise<Look> {
  const viewer = await Viewer.open(browser, window)
  const look = await viewer.look(path, true)
  await viewer.close()
  return look
}

/** Said to the console when a page has been looked at. */
const LAST_WORD = 'that was all'

/** Runs inside the page; formulas and code may be scrolled by themselves. */
const LOOK = `(() => {
  const isSeen = (element) => element.getClientRects().length > 0
  const name = (element) => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') + '.' + (element.getAttribute('class') || '')
  const scrolls = (element) => element.closest('.formula, .scroll, pre') !== null
  const overflowing = [...document.querySelectorAll('body *')]
    .filter((element) => isSeen(element) && !scrolls(element) && !element.closest('svg *'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      const isCut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline'
      return left < -0.5 || right > innerWidth + 0.5 || (isCut && element.tagName.toLowerCase() !== 'svg')
    })
    .map(name)
  const cutLabels = [...document.querySelectorAll('svg text')].filter(isSeen).filter((text) => {
    const own = text.getBoundingClientRect()
    const frame = text.closest('svg').getBoundingClientRect()
    return own.left < frame.left - 1 || own.right > frame.right + 1
  }).map((text) => 'label ' + text.textContent)
  const pictures = [...document.querySelectorAll('figure')].flatMap((figure) =>
    [...figure.querySelectorAll('svg')].filter(isSeen).map((svg) => {
      const { width, height } = svg.getBoundingClientRect()
      return { id: figure.id, width, height, marks: svg.querySelectorAll('path, rect, circle, line').length }
    }))
  return {
    overflowing: [...overflowing, ...cutLabels],
    pageWidth: document.documentElement.scrollWidth,
    pictures,
    background: getComputedStyle(document.body).backgroundColor,
  }
})()`
