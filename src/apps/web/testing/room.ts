// A world, its screens and a Chromium before them, for the tests that walk a person's way. axe looks at each screen in both
// languages; a person can look at the pictures in `screenshots/`, which are not taken in CI, where nobody looks.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { getRequestListener } from '@hono/node-server'
import { type BrowserContext, chromium, type Locator, type Page, type Response } from 'playwright-core'
import { expect } from 'vitest'
import { testDatabase } from '../../../adapters/testing/index.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { CLERKS, type OfficeId, registerOf } from '../../../world/clerks.ts'
import { codeFrom } from '../../../world/codes.ts'
import { CITIZENS } from '../../../world/people.ts'
import { volatilePlatform } from '../../../world/platform.ts'
import { orderIn } from '../../../world/testing/small-world.ts'
import { createWorld, type World } from '../../../world/world.ts'
import { createWeb } from '../index.ts'
import type { Language, Words } from '../language.ts'
import { TEXTS, type Texts } from '../messages.ts'
import { webWorld } from '../world.ts'

/** Without the windows that nobody sees a screen costs half. */
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
const CHROMIUM = process.env.CHROMIUM ?? INSTALLED.find((path) => existsSync(path)) ?? ''
const PICTURES = process.env.CI ? undefined : 'screenshots'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

export const chromiumPresent = existsSync(CHROMIUM)
export const DESK = { width: 1280, height: 900 }
export const HAND = { width: 390, height: 844 }
/** What is waited for comes; how soon is the machine's affair. */
export const PATIENCE_MS = 180_000
/** WCAG 2.2 §1.4.10. */
const NARROW = { width: 320, height: 640 }

export interface Room {
  readonly world: World
  /** A tab in Japanese, as large as a desk's screen or a hand's. */
  tab(size?: typeof DESK): Promise<Page>
  /** A person with a browser of their own that asks for this language. */
  walker(language: Language, size?: typeof DESK): Promise<Walker>
  /** So much time passes in this world. */
  pass(milliseconds: number): void
  close(): Promise<void>
}

/** What a person does, by the words on the screen in their language. */
export interface Walker {
  readonly language: Language
  readonly page: Page
  readonly t: Texts
  say(words: Words): string
  go(path: string): Promise<unknown>
  press(name: string): Promise<void>
  follow(name: string): Promise<void>
  fill(label: string, text: string): Promise<void>
  /** Waits for the screen of this name. */
  at(heading: string): Promise<void>
  /** Waits for these words. */
  sees(text: string): Promise<void>
  /** Waits for a message of trouble with these words. */
  alerted(text: string): Promise<void>
  /** A picture; no violation; nothing to scroll sideways at 320 pixels. */
  look(name: string): Promise<void>
}

/** `name`: of this machine, where an address in numbers will not do. */
export async function openRoom(name?: string): Promise<Room> {
  if (PICTURES) mkdirSync(PICTURES, { recursive: true })
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const world = await createWorld({ ...(await volatilePlatform(await testDatabase())), clock }, { name })
  world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  // What moves is drawn sixty times in a second, in each tab that waits.
  const still = { viewport: DESK, baseURL: world.origin, reducedMotion: 'reduce' } as const
  const contextIn = async (language: Language) => {
    const context = await browser.newContext({ ...still, locale: LOCALES[language] })
    context.setDefaultTimeout(PATIENCE_MS)
    return context
  }
  const context = await contextIn('ja')
  return {
    world,
    tab: (size = DESK) => tabOf(context, size),
    walker: async (language, size = HAND) => walkerOn(await tabOf(await contextIn(language), size), language),
    pass: (milliseconds) => {
      ahead += milliseconds
    },
    close: async () => {
      await browser.close()
      await world.close()
    },
  }
}

/** A clerk begins work at the desk that `page` was led to, and is where they wanted to go; nothing when one has begun. */
export async function signIn(page: Page, world: World, office: OfficeId, clerkId: string): Promise<void> {
  if ((await page.locator('form[action="/desk/sign-in"]').count()) === 0) return
  const register = registerOf(world, office)
  const clerk = CLERKS[office].find((one) => one.clerkId === clerkId)!
  if (!(await register.clerks({})).clerks.some((one) => one.clerkId === clerkId)) await register.addClerk(clerk)
  await page.locator('input[name="clerk"]').fill(clerk.clerkId)
  await page.locator('input[name="passcode"]').fill(clerk.passcode)
  await click(page.locator('form[action="/desk/sign-in"] button'))
  await page.locator('form[action="/desk/sign-out"]').waitFor()
}

const LOCALES = { ja: 'ja-JP', en: 'en-GB' } as const satisfies Record<Language, string>

async function tabOf(context: BrowserContext, size: typeof DESK): Promise<Page> {
  const page = await context.newPage()
  await page.setViewportSize(size)
  await page.addInitScript({ content: LEAVING })
  page.on('download', () => void page.evaluate('leaving = false').catch(() => undefined))
  return page
}

/** A page that was told to make way for another: by a form, a link or a script. What is saved to a file takes nobody away. */
const LEAVING = `globalThis.leaving = false
  addEventListener('submit', (event) => { leaving ||= !event.defaultPrevented })
  navigation.addEventListener('navigate', ({ destination, downloadRequest }) => {
    leaving ||= !destination.sameDocument && downloadRequest === null
  })`

/** What was clicked leads to a page: this one is there, not the one before. */
const arrived = (page: Page) =>
  page.waitForFunction(
    () => !(globalThis as { leaving?: boolean }).leaving && document.readyState === 'complete',
    null,
    { polling: 20 },
  )

/** A click of Playwright can be over while the page of before is still there, and the cookies of the new one are not. */
export async function click(locator: Locator): Promise<void> {
  await locator.click()
  await arrived(locator.page())
}

const INTERRUPTED = /is interrupted by another navigation|net::ERR_ABORTED/

/** What a button did may be seen elsewhere before its own answer is on the screen; that one comes first. */
export async function go(page: Page, path: string): Promise<Response | null> {
  await arrived(page)
  for (;;) {
    try {
      return await page.goto(path)
    } catch (error) {
      if (!INTERRUPTED.test(String(error))) throw error
    }
  }
}

export async function speak(page: Page, language: keyof typeof LANGUAGES): Promise<void> {
  await click(page.getByRole('link', { name: language, exact: true }))
  await page.locator(`html[lang=${LANGUAGES[language]}]`).waitFor({ state: 'attached' })
}

const LANGUAGES = { 日本語: 'ja', English: 'en' } as const satisfies Record<string, Language>

const walkerOn = (page: Page, language: Language): Walker => ({
  language,
  page,
  t: TEXTS[language],
  say: (words) => words[language],
  go: (path) => go(page, path),
  press: (name) => press(page, name),
  follow: (name) => click(page.getByRole('link', { name }).first()),
  fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
  at: (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor(),
  sees: (text) => page.getByRole('main').getByText(text).first().waitFor(),
  alerted: (text) => page.getByRole('alert').getByText(text).first().waitFor(),
  look: async (name) => {
    const named = language === 'ja' ? name : `${name}-${language}`
    await glance(page, named)
    await narrow(page, named)
  },
})

/** Those whose card signs; each walks in a language of their own. */
export const SIGNERS = { ja: 'adult', en: 'elder' } as const satisfies Record<Language, string>
export type Signer = (typeof SIGNERS)[Language]

/** This person's phone, with a certificate and its PIN. */
export async function withCertificate(world: World, name: Signer = 'adult', inPhoneOf: Signer = name): Promise<void> {
  const { phone } = world.citizens[inPhoneOf]
  const { password, phonePin } = CITIZENS[name]
  await phone.apply({ card: name, password })
  await phone.confirmCode({ code: await codeFrom(world.outbox, 'sms', CITIZENS[name].line.msisdn) })
  await phone.install({})
  await orderIn({ phone }, 'written')
  await choosePin(phone, phonePin)
}

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const VIOLATIONS = `axe.run({ resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`

/** axe has nothing to say. */
export async function clean(page: Page, name: string): Promise<void> {
  await page.evaluate(AXE)
  const violations = await page.evaluate<string[]>(VIOLATIONS)
  expect(violations, name).toEqual([])
}

/** A picture; no violation. For screens that a reload does not bring back. */
export async function glance(page: Page, name: string): Promise<void> {
  await arrived(page)
  await picture(page, name)
  await clean(page, name)
}

export const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** Nothing to scroll sideways. */
export async function narrow(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!
  await page.setViewportSize(NARROW)
  expect(await overflow(page), `${name} at 320 pixels`).toBe(0)
  await page.setViewportSize(size)
}

/** In both languages: a picture, no violation, nothing to scroll sideways at 320 pixels. Ends in Japanese. */
export async function look(page: Page, name: string): Promise<void> {
  for (const [named, next] of [
    [name, 'English'],
    [`${name}-en`, '日本語'],
  ] as const) {
    await glance(page, named)
    await narrow(page, named)
    await speak(page, next)
  }
}

export const press = (page: Page, name: string) => click(page.getByRole('button', { name, exact: true }))
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
