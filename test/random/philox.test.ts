import { describe, expect, test } from 'vitest'
import { philox4x32 } from '../../src/random/philox.ts'

/** Random123's kat_vectors, the lines "philox4x32 10": counter, key, words. */
const knownAnswers: { counter: [number, number, number, number]; key: [number, number]; words: number[] }[] =
  [
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ]

describe('philox4x32', () => {
  test.each(knownAnswers)('gives the published words of counter $counter', ({ counter, key, words }) => {
    const out = new Uint32Array(4)
    philox4x32(out, ...counter, ...key)
    expect([...out]).toEqual(words)
  })

  test('takes its arguments modulo 2³²', () => {
    const [out, same] = [new Uint32Array(4), new Uint32Array(4)]
    philox4x32(out, -1, 2 ** 32 + 5, 3, 4, -7, 2 ** 33 + 1)
    philox4x32(same, 0xffffffff, 5, 3, 4, 0xfffffff9, 1)
    expect(out).toEqual(same)
  })
})
