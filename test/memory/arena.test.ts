import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { RESERVED_BYTES } from '../../src/kernels/loader.ts'
import { Arena, allocate, megabytes } from '../../src/memory/arena.ts'
import { viewsOf } from '../../src/memory/views.ts'

const PAGE = 65_536
const KINDS = ['floats', 'doubles', 'integers'] as const
const BYTES = { floats: 4, doubles: 8, integers: 4 }

describe('arrays over those of another stage', () => {
  it('lie in the part that is shared while they fit, and at the end where not', () => {
    const arena = new Arena()
    const at = arena.floats(64)
    const last = arena.floats(16)
    const shared = { at: 4 * at, bytes: arena.bytes - 4 * at }
    const { plan, taken, left } = arena.over(shared, () => [
      arena.floats(32),
      arena.floats(1000),
      arena.floats(48),
    ])
    expect(plan).toEqual([at, last + 16, at + 32])
    expect([taken, left]).toEqual([
      { at: 4 * at, bytes: 320 },
      { at: 4 * at + 320, bytes: 0 },
    ])
    expect(arena.floats(1)).toBe(last + 16 + 1008)
  })

  it('lie at the end again once the stage is planned', () => {
    const arena = new Arena()
    const at = arena.floats(64)
    const end = arena.bytes
    arena.over({ at: 4 * at, bytes: 256 }, () => arena.floats(1))
    expect(4 * arena.floats(1)).toBe(end)
  })
})

describe('the arena', () => {
  it('plans arrays that do not overlap, on cache lines, behind the kernels’ own bytes', () => {
    const request = fc.record({ kind: fc.constantFrom(...KINDS), count: fc.integer({ min: 0, max: 5000 }) })
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const arena = new Arena()
        let end = RESERVED_BYTES
        for (const { kind, count } of requests) {
          const offset = BYTES[kind] * arena[kind](count)
          expect(offset % 64).toBe(0)
          expect(offset).toBeGreaterThanOrEqual(end)
          end = offset + BYTES[kind] * count
        }
        expect(arena.bytes).toBeGreaterThanOrEqual(end)
        // A cache line for each array and the first page are all that is lost.
        const asked = requests.reduce((sum, { kind, count }) => sum + BYTES[kind] * count, 0)
        expect(arena.bytes).toBeLessThanOrEqual(PAGE + asked + 64 * requests.length)
      }),
      { seed: 1 },
    )
  })

  it('plans the same offsets for the same requests', () => {
    const plan = () => {
      const arena = new Arena()
      return [arena.floats(7), arena.doubles(3), arena.integers(1), arena.bytes]
    }
    expect(plan()).toEqual(plan())
  })
})

describe('the memory', () => {
  it('is shared, zero, and as large as the plan', () => {
    const memory = allocate(PAGE + 1, 2 ** 30, '')
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(memory.buffer.byteLength).toBe(2 * PAGE)
    const { floats, doubles, integers } = viewsOf(memory)
    expect([floats.length, doubles.length, integers.length]).toEqual([PAGE / 2, PAGE / 4, PAGE / 2])
    doubles[9] = 1
    expect(integers[19]).toBe(0x3ff00000)
  })

  it.each([
    [3 * 2 ** 20, 2 ** 20, 'the run needs 3 MB of memory, allowed are 1 MB. Lower dim.'],
    [
      5e12,
      Number.POSITIVE_INFINITY,
      'the run needs 4,768,372 MB of memory, allowed are 4,096 MB. Lower dim.',
    ],
    [Number.NaN, 2 ** 20, 'the run needs NaN MB of memory, allowed are 1 MB. Lower dim.'],
  ])('of %d bytes is refused before anything is allocated', (bytes, limit, message) => {
    expect(() => allocate(bytes, limit, 'Lower dim.')).toThrow(UserError)
    expect(() => allocate(bytes, limit, 'Lower dim.')).toThrow(message)
  })

  it('is told in whole megabytes, rounded up', () => {
    expect([megabytes(1), megabytes(2 ** 20), megabytes(2 ** 20 + 1), megabytes(2 ** 32)]).toEqual([
      '1 MB',
      '1 MB',
      '2 MB',
      '4,096 MB',
    ])
  })
})

describe('what is kept', () => {
  it('is told by its purpose, in the order in which it was planned', () => {
    const arena = new Arena()
    arena.floats(100)
    const learned = { at: 4 * arena.floats(3, 'learned'), bytes: 12 }
    const state = { at: 8 * arena.doubles(2, 'state'), bytes: 16 }
    const model = { at: 4 * arena.integers(5, 'model'), bytes: 20 }
    const good = { at: 8 * arena.doubles(1, 'good'), bytes: 8 }
    arena.doubles(0, 'state')
    expect(arena.kept('state')).toEqual([learned, state, model, good])
    expect(arena.kept('model')).toEqual([learned, model])
    expect(arena.kept('good')).toEqual([learned, good])
  })

  it('never lies where other arrays lie', () => {
    const arena = new Arena()
    const before = { at: 4 * arena.floats(64), bytes: 256 }
    expect(() => arena.over(before, () => arena.floats(4, 'state'))).toThrow(/cannot lie where others lie/)
  })
})
