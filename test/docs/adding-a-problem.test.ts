/** Runs the commands of docs/adding-a-problem.md as a reader would, one after another in one folder, and compares what they say. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../cli/run.ts'
import { shellWords } from '../cli/shell-words.ts'

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

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function runLine(line: string): Promise<{ exitCode: number | null; output: string }> {
  if (line.startsWith('deepbsde ')) {
    const { exitCode, stdout, stderr } = await run(shellWords(line).slice(1), {}, folder)
    return { exitCode, output: stdout + stderr }
  }
  const { status, output } = spawnSync('/bin/sh', ['-c', line], { cwd: folder, encoding: 'utf8' })
  return { exitCode: status, output: output.join('') }
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
    const { exitCode, output } = await runLine(step.command)
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
