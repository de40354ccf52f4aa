import { expect, it } from 'vitest'
import { UniformStream } from '../../src/random/uniform.ts'
import { killAndResume, uninterrupted } from './kill.ts'

it('ends with the same bits after SIGKILL at random moments', { timeout: 120_000 }, async () => {
  const uniform = new UniformStream(5, 0, 0)
  const story = await killAndResume(5, await uninterrupted(), () => uniform.next())
  expect(story.kills).toBe(5)
  expect(story.found).toBeGreaterThan(0)
})
