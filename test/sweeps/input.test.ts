import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import { parseCsv, readCases } from '../../src/sweeps/cases.ts'
import { countRuns, sweepRuns } from '../../src/sweeps/runs.ts'
import { parseVary } from '../../src/sweeps/vary.ts'

const page = await loadProblem('hjb-lq')
const values = (text: string) => parseVary(page, text).values

describe('--vary', () => {
  it('takes ranges by step and by number, and lists', () => {
    expect(values('lambda=80:120:10')).toEqual([80, 90, 100, 110, 120])
    expect(values('lambda=0.1:0.35:0.1')).toEqual([0.1, 0.2, 0.3])
    expect(values('lambda=0.1:0.5:0.1')).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(values('lambda=3:1:-1')).toEqual([3, 2, 1])
    expect(values('lambda=0:1/5')).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(values('lambda=1e-3:2e-3:5e-4')).toEqual([0.001, 0.0015, 0.002])
    expect(values('lambda=-1, 2,.5')).toEqual([-1, 2, 0.5])
    for (const text of ['x0=[1,2],[3,4]', 'x0=1,2/3,4']) {
      expect(parseVary({ ...page, settings: { ...page.settings, dim: 2 } }, text).values).toEqual([
        [1, 2],
        [3, 4],
      ])
    }
    expect(values('lambda=5:5:1')).toEqual([5])
  })

  it.each([
    ['lambda=1:2:0', /step of '1:2:0' is zero/],
    ['lambda=1:2:-1', /steps of -1 never lead from 1 to 2/],
    ['lambda=1:2', /has no step/],
    ['lambda=1:2:1/3', /a step or a number of values, got both/],
    ['lambda=1:2/1', /takes two values at least/],
    ['lambda=0:1:1e-12', /values are more than/],
    ['lambda=1:two:1', /lambda must be a number/],
    ['lambda=', /takes a setting and its values/],
    ['=1', /takes a setting and its values/],
    ['lambda', /takes a setting and its values/],
    ['lambda=1,2,1', /1 is given twice/],
    ['lamda=1', /unknown setting 'lamda'. Did you mean 'lambda'\?/],
    ['dim=1.5,2', /dim must be an integer/],
    ['lambda=[1,2],3', /lambda must be a number as in the page/],
  ])('refuses %s in one line', (text, message) => {
    expect(() => values(text)).toThrow(message)
  })
})

describe('--from', () => {
  const file = async (text: string) => {
    const path = join(await mkdtemp(join(tmpdir(), 'cases-')), 'cases.csv')
    await writeFile(path, text)
    return path
  }

  it('reads names and values, quoted or not, with any line ends', async () => {
    const path = await file('\ufeffdim, lambda ,x0\r\n2,0.5,"[1,2]"\r\n\r\n3,1,0\r\n')
    expect(await readCases(page, path)).toEqual([
      { dim: 2, lambda: 0.5, x0: [1, 2] },
      { dim: 3, lambda: 1, x0: 0 },
    ])
    expect(parseCsv('a,"b ""c"""\n1,"2\n3"\n4,5', 'x')).toEqual([
      { cells: ['a', 'b "c"'], line: 1 },
      { cells: ['1', '2\n3'], line: 2 },
      { cells: ['4', '5'], line: 4 },
    ])
  })

  it.each([
    ['', /has no cases/],
    ['lambda\n', /has no cases/],
    ['lamda\n1', /line 2: hjb-lq: unknown setting 'lamda'/],
    ['lambda,horizon\n1,1\n1', /line 3: 1 values for 2 names/],
    ['lambda\n1\ntwo', /line 3: hjb-lq: lambda must be a number/],
    ['lambda,lambda\n1,1', /'lambda' is two columns/],
    ['lambda\n"1', /line 2: a quote is not closed/],
  ])('refuses %j with its line', async (text, message) => {
    await expect(file(text).then((path) => readCases(page, path))).rejects.toThrow(message)
  })
})

describe('the runs of a sweep', () => {
  const request = {
    page,
    settings: { dim: 2 },
    vary: [
      { name: 'lambda', values: [1, 2] },
      { name: 'horizon', values: [0.5, 1] },
    ],
    cases: [],
    seeds: [1, 7],
    options: {},
  }

  it('are all combinations under each seed, the last setting fastest', () => {
    const runs = sweepRuns(request)
    expect(runs.map(({ varied, seed }) => [varied.lambda, varied.horizon, seed])).toEqual([
      [1, 0.5, 1],
      [1, 0.5, 7],
      [1, 1, 1],
      [1, 1, 7],
      [2, 0.5, 1],
      [2, 0.5, 7],
      [2, 1, 1],
      [2, 1, 7], // biome-ignore format: a table
    ])
    expect(countRuns(request)).toBe(runs.length)
    expect(runs[0].job).toMatchObject({
      settings: { dim: 2, lambda: 1, horizon: 0.5 },
      options: { seed: 1 },
    })
  })

  it('put combinations inside cases', () => {
    const cases = [{ x0: 0 }, { x0: 1 }]
    const runs = sweepRuns({ ...request, cases, vary: request.vary.slice(0, 1), seeds: [1] })
    expect(runs.map(({ varied }) => varied)).toEqual([
      { x0: 0, lambda: 1 },
      { x0: 0, lambda: 2 },
      { x0: 1, lambda: 1 },
      { x0: 1, lambda: 2 },
    ])
  })

  it('are none where a name is set twice', () => {
    const twice = { ...request, settings: { lambda: 1 } }
    expect(() => sweepRuns(twice)).toThrow('lambda is varied and set too. Leave one out.')
    expect(() => sweepRuns({ ...request, cases: [{ lambda: 3 }] })).toThrow('lambda is varied twice')
  })
})
