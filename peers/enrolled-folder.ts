// A data folder after the main job's download: the adult's card, and the adult's phone with its own certificate.

import { setTimeout } from 'node:timers/promises'
import { approveBySms } from '../src/world/codes.ts'
import { CITIZENS } from '../src/world/people.ts'
import { folderPlatform } from '../src/world/platform.ts'
import { createWorld, type World } from '../src/world/world.ts'

/** Makes the folder and closes everything, so that its cards are free. */
export async function enrolledFolder(dataFolder: string): Promise<void> {
  const platform = await folderPlatform({ dataFolder, log: () => undefined })
  const world = await createWorld(platform)
  try {
    await enrol(world)
  } finally {
    await world.close()
  }
}

async function enrol(world: World): Promise<void> {
  const { phone, card } = world.citizens.adult
  await phone.apply({ card, password: CITIZENS.adult.password })
  await approveBySms(world, 'adult')
  await phone.install({})
  while ((await stateOf(world)) !== 'written') await setTimeout(50)
  await phone.setPin({ pin: CITIZENS.adult.phonePin })
}

async function stateOf(world: World): Promise<string | undefined> {
  const { order } = await world.citizens.adult.phone.order({})
  if (order?.refusal) throw new Error(`the order was refused: ${order.refusal}`)
  return order?.state
}
