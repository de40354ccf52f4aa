/** Reads and compiles the bombs of the names that it is given, in a process of its own whose memory is then known; prints what each took. */

import { compileControl } from '../../src/control/compile.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { UserError } from '../../src/errors/errors.ts'
import { hasPart } from '../../src/page/page.ts'
import { readPage } from '../../src/page/reader.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { parsePageText } from '../../src/problem/page-file.ts'
import { bombs } from './bombs.ts'

const names = new Set(process.argv.slice(2))
for (const { name, text, format } of bombs().filter(({ name }) => names.has(name))) {
  const before = process.cpuUsage()
  let message: string | null = null
  try {
    const page = await readPage(await parsePageText(text(), format, 'bomb'), 'bomb', 'page')
    await (hasPart(page, 'equation') ? compileProblem(page) : compileControl(page as ControlDefinition))
  } catch (error) {
    message = error instanceof UserError ? error.message : `NOT A USER ERROR ${(error as Error).stack}`
  }
  const { user, system } = process.cpuUsage(before)
  console.log(
    JSON.stringify({
      name,
      seconds: (user + system) / 1e6,
      message,
      peak: process.resourceUsage().maxRSS / 1024,
    }),
  )
}
