// A world, its screens and a Chromium before them, for the tests that walk a person's way. axe looks at each screen in both
// languages; a person can look at the pictures in `screenshots/`.

import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { getRequestListener } from '@hono/node-server'
import { chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { testDatabase } from '../../../adapters/testing/index.ts'
import { approveBySms } from '../../../world/codes.ts'
import { CITIZENS } from '../../../world/people.ts'
import { volatilePlatform } from '../../../world/platform.ts'
import { choosePin } from '../../../world/testing/choose-pin.ts'
import { orderIn } from '../../../world/testing/small-world.ts'
import { createWorld, type World } from '../../../world/world.ts'
import { createWeb } from '../index.ts'
import { webWorld } from '../world.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PICTURES = 'screenshots'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

export const chromiumPresent = existsSync(CHROMIUM)
export const DESK = { width: 1280, height: 900 }
export const HAND = { width: 390, height: 844 }
/** WCAG 2.2 §1.4.10. */
const NARROW = { width: 320, height: 640 }

export interface Room {
  readonly world: World
  /** A tab in Japanese, as large as a desk's screen or a hand's. */
  tab(size?: typeof DESK): Promise<Page>
  /** So much time passes in this world. */
  pass(milliseconds: number): void
  close(): Promise<void>
}

export async function openRoom(): Promise<Room> {
  mkdirSync(PICTURES, { recursive: true })
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const world = await createWorld({ ...(await volatilePlatform(await testDatabase())), clock })
  world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  const context = await browser.newContext({ viewport: DESK, locale: 'ja-JP', baseURL: world.origin })
  return {
    world,
    tab: async (size = DESK) => {
      const page = await context.newPage()
      await page.setViewportSize(size)
      return page
    },
    pass: (milliseconds) => {
      ahead += milliseconds
    },
    close: async () => {
      await browser.close()
      await world.close()
    },
  }
}

/** The adult's phone, with a certificate and its PIN. */
export async function withCertificate(world: World): Promise<void> {
  const { phone } = world.citizens.adult
  const { password, phonePin } = CITIZENS.adult
  await phone.apply({ card: 'adult', password })
  await approveBySms(world, 'adult')
  await phone.install({})
  await orderIn({ phone }, 'written')
  await choosePin(phone, phonePin)
}

/** A picture; no violation. For screens that a reload does not bring back. */
export async function glance(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html}`)).toEqual([])
}

/** In both languages: a picture, no violation, nothing to scroll sideways at 320 pixels. Ends in Japanese. */
export async function look(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!
  for (const language of ['English', '日本語']) {
    await glance(page, language === '日本語' ? `${name}-en` : name)
    await page.setViewportSize(NARROW)
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overflow), `${name} at 320 pixels`).toBe(0)
    await page.setViewportSize(size)
    await page.getByRole('link', { name: language, exact: true }).click()
  }
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
