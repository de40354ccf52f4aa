/** Points as text and files say them. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pointFrom, pointsFrom, pointsOfFile } from '../../src/cli/point.ts'
import { applySettings } from '../../src/problem/settings.ts'

describe('a point as text', () => {
  it.each([
    ['1,2', [[1, 2]]],
    ['[1, 2]', [[1, 2]]],
    ['3', [[3, 3]]],
    [
      '80:90:5',
      [
        [80, 80],
        [85, 85],
        [90, 90],
      ],
    ],
    [
      '0:1/3',
      [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
    ],
    [
      '80:90:10,0.04',
      [
        [80, 0.04],
        [90, 0.04],
      ],
    ],
    [
      '1:2:1,3:4:1',
      [
        [1, 3],
        [1, 4],
        [2, 3],
        [2, 4],
      ],
    ],
  ])('%s', (text, points) => expect(pointsFrom('--at', text, 2)).toEqual(points))

  it.each([
    ['1,2,3', /--at must be 2 finite numbers separated by commas/],
    ['[1]', /--at must be 2 finite numbers/],
    ['', /--at must be 2 finite numbers/],
    ['1,x', /--at must be 2 finite numbers/],
    ['1:2', /--at: '1:2' has no step\. Use --at 1,2 \(a point\), or --at 80:120:5/],
    ['2:1:0.5', /never lead from 2 to 1/],
    ['1:2:1e-9', /values are more than/],
    ['0:1/200,0:1/200', /stands for 40000 points, at most 10000/],
  ])('%s is refused', (text, message) => expect(() => pointsFrom('--at', text, 2)).toThrow(message))

  it('is one where one is needed', () => {
    expect(() => pointFrom('--x0', '1:3:1', 2)).toThrow(/--x0 is one point here, '1:3:1' are 3/)
  })
})

describe('a file of points', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'deepbsde-points-')), 'points.csv')

  it('may have a heading and blanks', async () => {
    writeFileSync(path, 'spot, variance\n90, 0.04\n100\t0.05\n\n')
    expect(await pointsOfFile(path, 2)).toEqual([
      [90, 0.04],
      [100, 0.05],
    ])
  })

  it('names the line that is no point', async () => {
    writeFileSync(path, '1,2\n1,2,3\n')
    await expect(pointsOfFile(path, 2)).rejects.toThrow(/a line of 2 finite numbers, got '1,2,3'/)
  })
})

it('--set takes a list without brackets, which a shell would want in quotes', () => {
  const page = { id: 'p', settings: { dim: 2, horizon: 1, weights: [1, 2] } }
  expect(applySettings(page, ['weights=3,4', 'x0=1,2'])).toMatchObject({ weights: [3, 4], x0: [1, 2] })
})
