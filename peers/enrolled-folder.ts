// A data folder after the main job's download: the adult's card, and the adult's phone with its own certificate.

import { setTimeout } from 'node:timers/promises'
import { choosePin } from '../src/world/choose-pin.ts'
import { approveBySms } from '../src/world/codes.ts'
import { CITIZENS } from '../src/world/people.ts'
import { folderPlatform } from '../src/world/platform.ts'
import { createWorld, type World } from '../src/world/world.ts'

/** Makes the folder and closes everything. */
export async function enrolledFolder(dataFolder: string): Promise<void> {
  await (await enrolledWorld(dataFolder)).close()
}

/** The world of the folder; it leaves the cards on the shelf, where other programs take them from. */
export async function enrolledWorld(dataFolder: string): Promise<World> {
  const world = await createWorld(await folderPlatform({ dataFolder, log: () => undefined }))
  try {
    await enrol(world)
    return world
  } catch (error) {
    await world.close()
    throw error
  }
}

async function enrol(world: World): Promise<void> {
  const { phone, card } = world.citizens.adult
  await phone.apply({ card, password: CITIZENS.adult.password })
  await approveBySms(world, 'adult')
  await phone.install({})
  while ((await stateOf(world)) !== 'written') await setTimeout(50)
  await choosePin(phone, CITIZENS.adult.phonePin)
}

async function stateOf(world: World): Promise<string | undefined> {
  const { order } = await world.citizens.adult.phone.order({})
  if (order?.refusal) throw new Error(`the order was refused: ${order.refusal}`)
  return order?.state
}
