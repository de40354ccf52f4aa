import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import { loadProblems } from '../support/problems.ts'

describe('the catalogue', () => {
  it('lists every file of problems/ by its id', async () => {
    const problems = await loadProblems('equation')
    expect(problems.map((problem) => problem.id)).toEqual(await listProblems())
    expect(problems.length).toBeGreaterThanOrEqual(4)
  })

  it('loads a page by id', async () => {
    expect((await loadProblem('hjb-lq')).settings).toEqual({ dim: 100, horizon: 1, lambda: 1 })
  })

  it.each(['hjb-lg', 'HJB-LQ', 'hjblq'])('names the nearest problem for %s', async (id) => {
    await expect(loadProblem(id)).rejects.toThrow(/unknown problem '.*'\. Did you mean 'hjb-lq'\?/)
  })

  it('says what another page is about', async () => {
    await expect(loadProblem('cart-pole')).rejects.toThrow(/Use loadProblem\('cart-pole', 'control'\)/)
  })

  it.each(['../package', '', '__proto__', 'hjb-lq.ts'])('loads nothing for %j', async (id) => {
    await expect(loadProblem(id)).rejects.toThrow(/unknown problem/)
  })

  it('imports nothing from other packages, so that `list` stays fast', async () => {
    const folder = new URL('../../problems/', import.meta.url)
    const pages = (await listProblems()).map((id) => new URL(`${id}.ts`, folder).href)
    expect(
      packagesReachedFrom([...pages, new URL('../../src/page/catalog.ts', import.meta.url).href]),
    ).toEqual([])
  })
})

/** Packages imported statically by these modules or by what they import in turn. */
function packagesReachedFrom(urls: string[]): string[] {
  const seen = new Set<string>()
  const packages: string[] = []
  const visit = (url: string): void => {
    if (seen.has(url)) return
    seen.add(url)
    const text = readFileSync(new URL(url), 'utf8')
    const imports = /^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?'([^']+)'/gm
    for (const [, isType, specifier] of text.matchAll(imports)) {
      if (isType) continue
      if (specifier.startsWith('.')) visit(new URL(specifier, url).href)
      else if (!specifier.startsWith('node:')) packages.push(specifier)
    }
  }
  urls.forEach(visit)
  return packages
}
