/** The order of the folders, from the ground up: a file imports from its own folder and from those below it, types included. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { circlesOf, importsOf, sourceImports } from './imports.ts'

const FLOORS = [
  'src/text',
  'src/errors',
  'src/files',
  'src/drawing',
  'src/memory',
  'src/random',
  'src/kernels',
  'src/formulas',
  'src/statistics',
  'src/networks',
  'src/optimizer',
  'src/parallel',
  'src/problem',
  'src/solution',
  'src/options',
  'src/stopping',
  'src/logging',
  'src/paths',
  'src/fields',
  'src/training',
  'src/estimation',
  'src/bounds',
  'src/program',
  'src/control',
  'problems',
  'src/page',
  'src/checkpoint',
  'src/methods',
  'workers',
  'src/executor',
  'src/methods/*',
  'src/entry',
  'src/runs',
  'src/queue',
  'src/report',
  'src/verify',
  'src/studies',
  'src/sweeps',
  'src/api',
  'src/cli',
  'src/index.ts',
]

/** Imports that climb and could not be cut yet: `file → file`, and why. One that is gone must leave this list. */
const CLIMBING: Record<string, string> = {}

/** Files that import each other round about, and why. One that is in no circle any more must leave this list. */
const CIRCLES: { why: string; folder: string; files: string[] }[] = [
  {
    why: 'functions simplify and differentiate themselves into expressions of functions',
    folder: 'src/formulas/',
    files: [
      'build.ts',
      'expression.ts',
      'functions.ts',
      'functions/exponentials.ts',
      'functions/kinks.ts',
      'functions/operators.ts',
      'functions/parts.ts',
      'functions/powers.ts',
      'functions/steps.ts',
      'functions/trigonometric.ts',
      'scalar-function.ts',
      'simplify.ts',
    ],
  },
]

/** A method is a folder of its own, above what all methods share; no method imports another. */
function floorOf(file: string): string {
  const [top, folder, below, ...rest] = file.split('/')
  if (top !== 'src') return top
  return folder === 'methods' && rest.length > 0 ? `src/methods/${below}` : `src/${folder}`
}

function heightOf(floor: string): number {
  return FLOORS.indexOf(floor.replace(/^src\/methods\/.+/, 'src/methods/*'))
}

function climbs(from: string, to: string): boolean {
  const [own, other] = [floorOf(from), floorOf(to)]
  return own !== other && heightOf(other) >= heightOf(own)
}

const imports = sourceImports()
const pairs = [...imports].flatMap(([from, all]) => all.map((to) => [from, to] as const))
const name = (from: string, to: string) => `${from} → ${to}`

describe('the floors', () => {
  it('hold every folder, and nothing else', () => {
    const floors = new Set([...imports.keys()].map(floorOf))
    const known = FLOORS.filter((floor) => floor !== 'src/methods/*')
    const missing = [...floors].filter((floor) => heightOf(floor) < 0)
    expect(missing, 'put it into FLOORS, where it belongs').toEqual([])
    expect(known.filter((floor) => !floors.has(floor))).toEqual([])
  })

  it('are climbed by no import', () => {
    const climbing = pairs.filter(([from, to]) => climbs(from, to)).map(([from, to]) => name(from, to))
    expect(climbing.sort()).toEqual(Object.keys(CLIMBING).sort())
  })

  it('hold no circle of files but those named', () => {
    const level = new Map(
      [...imports].map(([from, all]) => [from, all.filter((to) => !(name(from, to) in CLIMBING))]),
    )
    const known = CIRCLES.map(({ folder, files }) => files.map((file) => folder + file))
    const found = circlesOf(level).map((circle) => circle.sort())
    expect(found.sort()).toEqual(known)
  })

  it('are told the same in the architecture page', () => {
    const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, floor]) => floor.replace(/\/$/, '')),
    )
    expect(rows).toEqual(FLOORS)
  })
})

describe('src/', () => {
  it('holds folders and index.ts', () => {
    const entries = readdirSync(new URL('../../src/', import.meta.url), { withFileTypes: true })
    expect(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)).toEqual(['index.ts'])
  })
})

describe('the reading of imports', () => {
  it('sees types, dynamic imports and those without names, and no packages', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from '../b/b.ts'",
      "export type { C } from './c.ts'",
      "import './d.ts'",
      "const e = await import('./e.ts')",
      "import { f } from 'node:fs'",
    ].join('\n')
    const found = ['src/x/a.ts', 'src/b/b.ts', 'src/x/c.ts', 'src/x/d.ts', 'src/x/e.ts']
    expect(importsOf('src/x/x.ts', text).sort()).toEqual(found.sort())
  })

  it('knows a climb from a step down, also between methods', () => {
    expect(climbs('src/problem/a.ts', 'src/training/b.ts')).toBe(true)
    expect(climbs('src/training/a.ts', 'src/problem/b.ts')).toBe(false)
    expect(climbs('src/methods/catalog.ts', 'src/methods/policy/method.ts')).toBe(true)
    expect(climbs('src/methods/policy/method.ts', 'src/methods/method.ts')).toBe(false)
    expect(climbs('src/methods/policy/method.ts', 'src/methods/deep-bsde/run.ts')).toBe(true)
  })

  it('finds circles', () => {
    const graph = { a: ['b'], b: ['c'], c: ['b', 'd'], d: [], e: ['e'] }
    expect(circlesOf(new Map(Object.entries(graph))).map((circle) => circle.sort())).toEqual([
      ['b', 'c'],
      ['e'],
    ])
  })
})
