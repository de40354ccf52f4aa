/** Runs the commands of docs/adding-a-problem.md as a reader would, one after another in one folder, and compares what they say. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const page = await readFile(new URL('../../docs/adding-a-problem.md', import.meta.url), 'utf8')

/** A command with the output that the page shows, or a file that it asks to write. */
type Step = { command: string; exitCode: number; shown: string[] } | { file: string; text: string }

function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(/^```(sh|yaml|js)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, text]): Step[] => {
    if (kind !== 'sh') return [{ file: text.match(/^(?:#|\/\/) (\S+)\n/)![1], text }]
    return text.split(/^\$ /m).slice(1).map(commandOf)
  })
}

function commandOf(text: string): Step {
  const [line, ...shown] = text.trimEnd().split('\n')
  const [, command, code = '0'] = line.match(/^(.*?)(?: +# exit code (\d+))?$/)!
  return { command, exitCode: Number(code), shown: shown.filter((part) => part !== '' && part !== '…') }
}

/** What does not change with machine, kernel and day: words, and punctuation no more than they need. */
function wordsOf(text: string): string[] {
  return text.match(/\p{L}{3,}/gu) ?? []
}

let folder = ''
let path = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepbsde-'))
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const loader = process.features.typescript ? '' : `--import '${fileURLToPath(import.meta.resolve('tsx'))}' `
  await writeFile(join(bin, 'deepbsde'), `#!/bin/sh\nexec '${process.execPath}' ${loader}'${main}' "$@"\n`)
  await chmod(join(bin, 'deepbsde'), 0o755)
  path = `${bin}:${process.env.PATH}`
})

function runShell(command: string): Promise<{ exitCode: number; output: string }> {
  const env = { ...process.env, PATH: path, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      resolve({ exitCode: typeof code === 'number' ? code : -1, output: stdout + stderr })
    })
  })
}

describe('docs/adding-a-problem.md', () => {
  const steps = stepsOf(page)

  it('has commands', () => {
    expect(steps.filter((step) => 'command' in step).length).toBeGreaterThanOrEqual(8)
  })

  it.each(
    steps.map((step) => ['command' in step ? step.command : `write ${step.file}`, step] as const),
  )('%s', async (_, step) => {
    if ('file' in step) {
      await writeFile(join(folder, step.file), step.text)
      return
    }
    const { exitCode, output } = await runShell(step.command)
    expect(exitCode, output).toBe(step.exitCode)
    const said = new Set(wordsOf(output))
    for (const line of step.shown) {
      expect(
        wordsOf(line).filter((word) => !said.has(word)),
        `${line}\n\n${output}`,
      ).toEqual([])
    }
  })
})
