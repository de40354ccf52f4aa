import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { findPage } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { isPagePath, MAX_PAGE_BYTES } from '../../src/problem/page-file.ts'
import { pageTemplate } from '../../src/problem/template.ts'
import { loadEquation, parseEquation } from '../support/pages.ts'

/** As in the description of the feature, to the letter. */
const EXAMPLE = `id: my-equation
title: Allen–Cahn, ten dimensions
settings: { dim: 10, horizon: 0.3, kappa: 1 }
x0: 0                      # a number, a list, or a formula of the component's index i = 1…dim: "if(mod(i, 2) == 1, 1, 0.5)"
drift: "0"                 # scalar or vector formula of t, x
diffusion: "sqrt(2)"       # scalar → σI, vector → diagonal, or a matrix
driver: "kappa * (y - y^3)"            # of t, x, y, z (= σᵀ∇u) and gradU
terminal: "1 / (2 + 0.4 * dot(x, x))"
exact: "…"                 # optional: u(t, x)
reference: { value: 0.4, standardError: 0.001, source: "…" }   # optional
`

const minimal = {
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}

const fromJson = (page: unknown) => parseEquation(JSON.stringify(page), 'json', 'mine.json', 'mine')

describe('a page from text', () => {
  it('reads the example of the documentation', async () => {
    expect(await parseEquation(EXAMPLE, 'yaml')).toEqual({
      id: 'my-equation',
      title: 'Allen–Cahn, ten dimensions',
      source: 'own page',
      group: 'Your own',
      settings: { dim: 10, horizon: 0.3, kappa: 1 },
      x0: 0,
      drift: '0',
      diffusion: 'sqrt(2)',
      driver: 'kappa * (y - y^3)',
      terminal: '1 / (2 + 0.4 * dot(x, x))',
      reference: { value: 0.4, standardError: 0.001, source: '…' },
    })
  })

  it('compiles that example', async () => {
    const compiled = await compileProblem(await parseEquation(EXAMPLE, 'yaml'))
    expect(compiled).toMatchObject({ dim: 10, horizon: 0.3, dynamics: { kind: 'brownian' } })
  })

  it('needs neither id nor title, and takes plain numbers for formulas', async () => {
    const page = await fromJson({ ...minimal, drift: 0, diffusion: 1.5, x0: [1, 2] })
    expect(page).toMatchObject({ id: 'mine', title: 'mine', drift: '0', diffusion: '1.5', x0: [1, 2] })
  })

  it('reads lists, matrices and intermediate formulas', async () => {
    const page = await parseEquation(
      `settings: { dim: 2, horizon: 1, w: [1, 2], rho: [[1, 0.5], [0.5, 1]] }
let: { s: "sum(z)", r: 2 }
x0: "i"
noiseDim: dim
drift: w * x
diffusion: "[[1, 0], [0, 1]]"
correlation: rho
driver: s
terminal: 0`,
      'yaml',
    )
    expect(page.let).toEqual({ s: 'sum(z)', r: '2' })
    expect(page.settings.rho).toEqual([
      [1, 0.5],
      [0.5, 1],
    ])
  })

  it('refuses nothing of the template', async () => {
    const page = await parseEquation(pageTemplate('heat-2'), 'yaml')
    expect(page.id).toBe('heat-2')
    expect(() => pageTemplate('../x')).toThrow(UserError)
  })
})

describe('what is wrong with a page', () => {
  it.each<[unknown, string]>([
    [
      { ...minimal, drift: undefined },
      "mine.json: drift must be given, got nothing. See 'deepbsde new my-equation' for a complete page.",
    ],
    [
      { ...minimal, drft: '0' },
      "mine.json: unknown key 'drft'. Did you mean 'drift'? The keys are id, title,",
    ],
    [
      { ...minimal, reference: { valu: 1 } },
      "mine.json: unknown key 'reference.valu'. Did you mean 'value'?",
    ],
    [{ ...minimal, reference: { value: 'a' } }, 'mine.json: reference.value must be a number, got "a".'],
    [{ ...minimal, reference: 3 }, 'mine.json: reference must be a value with its source'],
    [
      { ...minimal, driver: ['y'] },
      'mine.json: driver must be a formula (text of 1 to 20000 characters) or a finite number, got ["y"].',
    ],
    [{ ...minimal, driver: '' }, 'mine.json: driver must be a formula'],
    [
      { ...minimal, driver: 'y+'.repeat(10_001) },
      'mine.json: driver must be a formula (text of 1 to 20000 characters) or a finite number, got 20002 characters.',
    ],
    [
      { ...minimal, published: 5 },
      'mine.json: published must be what the literature reports: { source: "…", relativeError: 0.0017, steps: 20 }, got 5.',
    ],
    [
      { ...minimal, correlation: [] },
      'mine.json: correlation must be a number, a matrix or a formula of the settings, got [].',
    ],
    [{ ...minimal, let: { dim: 'x' } }, "mine.json: 'dim' in let is a setting already. Use another name."],
    [
      { ...minimal, settings: { ...minimal.settings, k: 1 }, let: { k: '2' } },
      "mine.json: 'k' in let is a setting already.",
    ],
    [{ ...minimal, settings: { dim: 0, horizon: 1 } }, 'mine.json: dim must be an integer ≥ 1, got 0.'],
    [{ ...minimal, settings: { dim: 2 } }, 'mine.json: settings has no horizon. Write { horizon: 1 }'],
    [
      { ...minimal, settings: { dim: 2, horizon: 1, k: 'a' } },
      'mine.json: settings.k must be a number, a list of numbers or a list of equal lists, got "a".',
    ],
    [{ ...minimal, settings: { dim: 2, horizon: 1, k: [[1], [1, 2]] } }, 'mine.json: settings.k must be'],
    [
      { ...minimal, settings: { dim: 2, horizon: 1, t: 1 } },
      "mine.json: 't' in settings has a meaning of its own in formulas.",
    ],
    [{ ...minimal, settings: { dim: 2, horizon: 1, 'a b': 1 } }, "mine.json: 'a b' in settings is no name."],
    [{ ...minimal, let: { gradU: 'x' } }, "mine.json: 'gradU' in let has a meaning of its own in formulas."],
    [{ ...minimal, let: { s: {} } }, 'mine.json: let.s must be a formula'],
    [{ ...minimal, x0: [1, 'a'] }, 'mine.json: x0 must be'],
    [{ ...minimal, noiseDim: 0 }, 'mine.json: noiseDim must be an integer ≥ 1, got 0.'],
    [
      { ...minimal, id: '../escape' },
      'mine.json: id must be up to 64 letters, digits, hyphens, dots and underscores, beginning with a letter or digit, such as my-equation, got "../escape".',
    ],
    [[minimal], 'mine.json: must be a page'],
    [null, 'mine.json: must be a page'],
    [
      { ...minimal, settings: Object.fromEntries(Array.from({ length: 300 }, (_, k) => [`k${k}`, k])) },
      'mine.json: settings must be at most 200 entries',
    ],
  ])('case %#', async (page, message) => {
    const error: unknown = await fromJson(page).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toContain(message)
    expect((error as Error).message).not.toContain('\n')
  })

  it.each([
    'pi',
    'e',
    'sum',
    'sin',
    'max',
    'if',
    'and',
    'end',
    'x0',
    'y',
    'toString',
  ])('names that formulas read as something else: %s', async (name) => {
    for (const part of [{ settings: { ...minimal.settings, [name]: 1 } }, { let: { [name]: '1' } }]) {
      await expect(fromJson({ ...minimal, ...part })).rejects.toThrow(
        `mine.json: '${name}' in ${Object.keys(part)[0]} has a meaning of its own in formulas. Use another name.`,
      )
    }
  })

  it.each([
    ['yaml', 'a: [1', 'page.yaml: this is not YAML'],
    ['yaml', 'a: 1\na: 2', "page.yaml: the key 'a' at line 2 is given a second time. Keep one."],
    ['yaml', 'settings: *nothing', "page.yaml: '*nothing' at line 1: aliases are not allowed."],
    ['yaml', 'a: &a [1]\nb: *a', "page.yaml: '&a' at line 1: anchors are not allowed."],
    ['yaml', 'b: "*a &b !c"\nd: |\n  !e\n\n\nf: &g 1', "page.yaml: '&g' at line 6: anchors are not allowed."],
    ['yaml', '', 'page.yaml: must be a page'],
    [
      'yaml',
      'a: 1\n---\nb: 2',
      'page.yaml: this is not YAML: there are several documents, divided by ---. Keep one.',
    ],
    [
      'yaml',
      'x0: !!js/function "function(){}"',
      "page.yaml: '!!js/function' at line 1: tags are not allowed.",
    ],
    ['yaml', 'id: !!python/object:os.system x', "page.yaml: '!!python/object:os.system' at line 1: tags"],
    ['yaml', 'id: x\ntitle: !foo x', "page.yaml: '!foo' at line 2: tags are not allowed."],
    ['yaml', 'title: !!binary aGVsbG8=', "page.yaml: '!!binary' at line 1: tags"],
    ['yaml', 'title: ! x', "page.yaml: '!' at line 1: tags"],
    ['yaml', 'title: {a: !!set {b}}', "page.yaml: '!!set' at line 1: tags"],
    [
      'yaml',
      'settings: { dim: 2, horizon: .inf }\nx0: 0\ndrift: 0\ndiffusion: 1\ndriver: 0\nterminal: 0',
      'page.yaml: horizon must be a finite number > 0, got Infinity.',
    ],
    [
      'yaml',
      'settings: { dim: 2, horizon: 1 }\nx0: [.nan, 1]',
      'page.yaml: x0 must be a finite number, a list of numbers, or a formula of i, got ["NaN",1].',
    ],
    [
      'json',
      '{"a": 1, "b": 2,\n"a": 3}',
      "page.json: the key 'a' at line 2 is given a second time. Keep one.",
    ],
    ['json', '{"settings": {"dim": 1, "dim": 2}}', "page.json: the key 'dim' at line 1"],
    ['json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'page.json: it is nested too deeply.'],
    ['yaml', '- '.repeat(50_000), 'page.yaml: it is nested too deeply.'],
    ['json', '{', 'page.json: this is not JSON'],
    ['json', '{"__proto__": {"polluted": 1}}', "page.json: unknown key '__proto__'"],
    ['json', '{"settings": {"__proto__": 1, "dim": 1, "horizon": 1}}', "page.json: '__proto__' in settings"],
    ['json', '{"settings": {"constructor": 1}}', "page.json: 'constructor' in settings"],
    ['json', `{"title": "${' '.repeat(MAX_PAGE_BYTES)}"}`, 'page.json: a page has at most 1048576 bytes'],
    ['json', `${'['.repeat(100_000)}`, 'page.json: it is nested too deeply.'],
    ['yaml', `${'['.repeat(20_000)}`, 'page.yaml: '],
    ['yaml', `a: &a [${'0,'.repeat(50)}]\nb: [${'*a,'.repeat(200)}]`, "page.yaml: '&a' at line 1: anchors"],
  ] as const)('%s, case %#', async (format, text, message) => {
    const error: unknown = await parseEquation(text, format).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toContain(message)
    expect((error as Error).message.length).toBeLessThan(600)
  })

  it('never pollutes prototypes', async () => {
    await fromJson(JSON.parse('{"__proto__": {"polluted": true}}')).catch(() => {})
    await parseEquation('__proto__: { polluted: true }', 'yaml').catch(() => {})
    await parseEquation('settings: { __proto__: { polluted: 1 }, dim: 1, horizon: 1 }', 'yaml').catch(
      () => {},
    )
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('a page from a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deepbsde-page-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const written = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, text)
    return path
  }

  it('takes its id from the file name', async () => {
    const page = await loadEquation(await written('my-heat.json', JSON.stringify(minimal)))
    expect(page.id).toBe('my-heat')
  })

  it('reads a module, with a reference function', async () => {
    const text = `export default { ...${JSON.stringify(minimal)}, reference: (settings) => ({ value: settings.dim, source: 's' }) }`
    const page = await loadEquation(await written('module.mjs', text))
    expect(page.reference).toBeTypeOf('function')
  })

  it.each([
    ['nodefault.mjs', 'export const a = 1', 'its default export'],
    ['broken.mjs', 'export default {', 'the module cannot be loaded'],
    ['throws.mjs', 'throw new Error("no")', 'the module cannot be loaded: no.'],
    ['wrong.mjs', 'export default { settings: { dim: 0 } }', 'must be given'],
    ['page.txt', 'id: a', 'a page is a .yaml, .json, .ts or .js file'],
  ])('%s', async (name, text, message) => {
    const path = await written(name, text)
    await expect(loadEquation(path)).rejects.toThrow(UserError)
    await expect(loadEquation(path)).rejects.toThrow(message)
  })

  it('says where there is no file, or a folder', async () => {
    await expect(loadEquation(join(folder, 'absent.yaml'))).rejects.toThrow(/there is no such file/)
    await expect(loadEquation(`${folder}/.yaml`)).rejects.toThrow(UserError)
    await expect(loadEquation(join(folder, 'absent.ts'))).rejects.toThrow(/there is no such file/)
    await expect(loadEquation(folder)).rejects.toThrow(/this is a folder/)
  })

  it('refuses what is no plain file, without waiting for it', async () => {
    const pipe = join(folder, 'pipe.yaml')
    execFileSync('mkfifo', [pipe])
    await expect(loadEquation(pipe)).rejects.toThrow(/this is a pipe, not a plain file/)
    await expect(findPage(pipe)).rejects.toThrow(/this is a pipe, not a plain file/)
  })

  it('tells files from ids', () => {
    expect(['a.yaml', './b.yml', 'c.json', 'd.ts', 'e.js', './folder'].every(isPagePath)).toBe(true)
    expect(isPagePath('hjb-lq')).toBe(false)
  })
})
