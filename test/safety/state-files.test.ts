/** Checkpoints, models, policies and rules from strangers: each ends in one line or in a value, and runs nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/checkpoint/checkpoints.ts'
import { resume } from '../../src/entry/resume.ts'
import { solve } from '../../src/entry/solve.ts'
import { DivergenceError, UserError } from '../../src/errors/errors.ts'
import { loadModel } from '../../src/methods/deep-bsde/model.ts'
import { loadPolicy, savePolicy } from '../../src/methods/policy/policy-file.ts'
import { loadRule } from '../../src/methods/stopping/rule-file.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { seedCount } from '../support/night.ts'
import { resigned, tampered } from './tampered.ts'

const CHANGES = seedCount(150, 1000)
const machine = { workers: 1 }
const tiny = { iterations: 2, batchSize: 8, steps: 2, paths: 16, ...machine }
const folder = mkdtempSync(join(tmpdir(), 'tampered-'))
const place = (name: string) => join(folder, name)
const good: Record<string, Buffer> = {}

beforeAll(async () => {
  const options = { settings: { dim: 2 }, ...tiny }
  await solve('allen-cahn', { ...options, checkpoint: place('good.ckpt'), save: place('good.model') })
  const { policy } = await solve('lqr', options)
  await savePolicy(place('good.policy'), policy!)
  const stopping = { batchSize: 16, paths: 16, settings: { dim: 2, dates: 2 }, save: place('good.rule') }
  await solve('max-call', { ...stopping, ...machine })
  for (const name of ['ckpt', 'model', 'policy', 'rule']) good[name] = readFileSync(place(`good.${name}`))
})
afterAll(() => rmSync(folder, { recursive: true }))

const openers: Record<string, (path: string) => Promise<unknown>> = {
  ckpt: readCheckpoint,
  model: loadModel,
  policy: async (path) => (await loadPolicy(path)).simulate(2),
  rule: async (path) => (await loadRule(path)).simulate(2),
}

/** What the file ends in: null for no error. */
async function outcome(name: string, open: (path: string) => Promise<unknown>): Promise<string | null> {
  try {
    await open(place(name))
    return null
  } catch (error) {
    const isClear = error instanceof UserError || error instanceof DivergenceError
    if (!isClear) throw new Error(`${name}: ${(error as Error).stack}`)
    return (error as Error).message
  }
}

describe.each(Object.keys(openers))('a .%s', (kind) => {
  it(`changed and signed again in ${CHANGES} ways ends in one line each`, async () => {
    const random = seededRandom(20261128)
    const before = readdirSync(folder).length
    let refused = 0
    for (let k = 0; k < CHANGES; k++) {
      const bytes = tampered(good[kind], random)
      writeFileSync(place('bad'), bytes)
      const message = await outcome('bad', openers[kind])
      if (message === null) continue
      refused++
      expect(message.length, message).toBeLessThan(1500)
      expect(message).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
      expect(readFileSync(place('bad')).equals(bytes)).toBe(true)
    }
    expect(refused).toBeGreaterThan(CHANGES / 3)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(readdirSync(folder).length).toBeLessThanOrEqual(before + 1)
  })
})

describe('a tampered checkpoint', () => {
  it('that is gone on with writes nowhere else, and ends in a line or a value', async () => {
    const random = seededRandom(7)
    for (let k = 0; k < seedCount(8, 40); k++) {
      writeFileSync(place('run.ckpt'), tampered(good.ckpt, random))
      await outcome('run.ckpt', (path) => resume(path, machine))
    }
    expect(readdirSync(folder).sort()).toEqual(
      ['bad', 'good.ckpt', 'good.model', 'good.policy', 'good.rule', 'run.ckpt'].sort(),
    )
  })

  it('does not choose a file to write, a log or the machine', async () => {
    for (const key of ['save', 'checkpoint', 'workers', 'signal', 'onProgress', 'watchdogMs']) {
      const bytes = resigned(good.ckpt, ({ options }) => {
        ;(options as Record<string, unknown>)[key] = place('elsewhere')
      })
      writeFileSync(place('run.ckpt'), bytes)
      expect(await outcome('run.ckpt', (path) => resume(path, machine))).toMatch(/no checkpoint/)
    }
    expect(readdirSync(folder)).not.toContain('elsewhere')
  })
})

describe('a tampered model', () => {
  it('ends in a line or a value when it is asked', async () => {
    const random = seededRandom(8)
    for (let k = 0; k < seedCount(6, 30); k++) {
      writeFileSync(place('bad'), tampered(good.model, random))
      await outcome('bad', async (path) => (await loadModel(path)).evaluate([[0.1, 0.2]], 0, tiny))
    }
  })
})

describe('a policy', () => {
  it('holds no code', () => {
    expect(good.policy.toString('latin1')).not.toMatch(/use strict|function|=>|Math\./)
  })

  it('of the time when it held code is refused in one line, and its code is not run', async () => {
    const bytes = resigned(good.policy, () => ({
      kind: 'policy',
      version: '0.1.0',
      problem: { dim: 2, functions: { step: { source: 'globalThis.polluted = 1' } } },
      options: { steps: 2 },
    }))
    writeFileSync(place('old'), bytes)
    expect(await outcome('old', loadPolicy)).toMatch(/older deepbsde and holds code, which is not run/)
    expect((globalThis as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each([
    ['a formula of another language', 'process.exit(1)'],
    ['JavaScript in a formula', '*/ globalThis.polluted = 1 /*'],
    ['a formula too long', 'a+'.repeat(20_000)],
  ])('with %s is refused', async (_, formula) => {
    for (const key of ['drift', 'runningCost', 'terminalCost', 'diffusion']) {
      const bytes = resigned(good.policy, ({ page }) => {
        ;(page as Record<string, unknown>)[key] = formula
      })
      writeFileSync(place('bad'), bytes)
      expect(await outcome('bad', loadPolicy)).not.toBeNull()
    }
    expect((globalThis as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('a rule', () => {
  it.each([
    ['a formula of another language', 'process.exit(1)'],
    ['JavaScript in a formula', '*/ globalThis.polluted = 1 /*'],
    ['a formula too long', 'a+'.repeat(20_000)],
  ])('with %s is refused', async (_, formula) => {
    for (const key of ['drift', 'payoff', 'dates', 'driver', 'diffusion']) {
      const bytes = resigned(good.rule, (description) => {
        const page = description.page as Record<string, Record<string, unknown>>
        const owner = key === 'payoff' || key === 'dates' ? page.stopping : page
        ;(owner as Record<string, unknown>)[key] = formula
      })
      writeFileSync(place('bad'), bytes)
      expect(await outcome('bad', loadRule)).not.toBeNull()
    }
    expect((globalThis as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('the kinds know each other', () => {
  it.each([
    ['ckpt', loadModel, "this is a checkpoint, not a model. Use 'deepbsde resume"],
    ['ckpt', loadPolicy, "this is a checkpoint, not a policy. Use 'deepbsde resume"],
    ['model', readCheckpoint, "this is a model, not a checkpoint. Use 'deepbsde evaluate"],
    ['model', loadPolicy, "this is a model, not a policy. Use 'deepbsde evaluate"],
    ['policy', readCheckpoint, "this is a policy, not a checkpoint. Use 'deepbsde simulate"],
    ['policy', loadModel, "this is a policy, not a model. Use 'deepbsde simulate"],
    ['rule', loadModel, "this is a rule, not a model. Use 'deepbsde simulate"],
    ['rule', loadPolicy, "this is a rule, not a policy. Use 'deepbsde simulate"],
    ['policy', loadRule, "this is a policy, not a rule. Use 'deepbsde simulate"],
  ])('a .%s that is given to another command (%#)', async (kind, open, message) => {
    expect(await outcome(`good.${kind}`, open)).toContain(message)
  })
})
