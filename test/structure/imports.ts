/** Which source file imports which: static, type-only and literal dynamic imports alike. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Compiled by another compiler, into WebAssembly. */
const FOREIGN = 'src/kernels/assembly/'

/** Every source file, from the project's root, with the files of ours that it imports. */
export function sourceImports(): Map<string, string[]> {
  const files = ['src', 'problems', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  return new Map(
    files
      .filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith(FOREIGN))
      .sort()
      .map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]),
  )
}

/** @param file its place, from the project's root */
export function importsOf(file: string, text: string): string[] {
  const specifiers = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'(\.[^']+)'/gm)
  return [...new Set([...specifiers].map(([, path]) => normalize(join(dirname(file), path))))]
}

/** Files that import each other round about, each circle once; a file of no circle is left out. */
export function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (file: string): void => {
    order.set(file, order.size)
    lowest.set(file, order.get(file)!)
    open.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next)
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!))
    }
    if (lowest.get(file) !== order.get(file)) return
    const circle = open.splice(open.indexOf(file))
    if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle)
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return circles
}
