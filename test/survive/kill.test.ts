import { expect, it } from 'vitest'
import { UniformStream } from '../../src/random/uniform.ts'
import { seedCount } from '../support/night.ts'
import { KILLED_METHODS, killAndResume, uninterrupted } from './kill.ts'

const KILLS = seedCount(1, 3)

it.each(KILLED_METHODS)('%s ends with the same bits after SIGKILL at random moments', async (method) => {
  const uniform = new UniformStream(5, 0, 0)
  const story = await killAndResume(method, KILLS, await uninterrupted(method), () => uniform.next())
  expect(story.kills).toBe(KILLS)
  expect(story.found + story.early).toBe(KILLS)
})
