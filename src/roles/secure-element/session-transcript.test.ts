import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import * as gp from '../../protocol/globalplatform/index.ts'
import { replayInSession } from './session-transcript.ts'
import { specimenSim } from './specimen.ts'

const folder = new URL('./session-transcripts/', import.meta.url)

describe.each(Object.entries(gp.LEVEL))('level %s', (_, level) => {
  test.each(readdirSync(folder))('transcript %s', (name) =>
    replayInSession(specimenSim(), readFileSync(new URL(name, folder), 'utf8'), level),
  )
})
