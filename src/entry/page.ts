/** A page of formulas of any kind from a file: what a program that calls the package begins with. */
import { basename, extname } from 'node:path'
import type { Page } from '../control/definition.ts'
import { checkControlPage, isControlPage } from '../control/page.ts'
import { checkedPage } from '../problem/page.ts'
import { readPageFile } from '../problem/page-file.ts'

/**
 * Reads the page of an equation, a right to stop, or a control problem (that is what has costs and controls), from .yaml, .json, .ts or .js.
 *
 * @throws UserError naming the file and the key, the value, what is allowed and what to do.
 */
export async function loadPage(path: string): Promise<Page> {
  const page = await readPageFile(path)
  const [file, name] = [basename(path), basename(path, extname(path))]
  return isControlPage(page) ? checkControlPage(page, file, name) : checkedPage(page, file, name)
}
