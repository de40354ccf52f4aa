/** The pictures' side of the command line, in processes of their own. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUICK, run } from '../cli/run.ts'
import { sampleSolution } from '../solution/sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-pictures-'))
const file = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

describe('deepbsde solve', () => {
  test('writes a page and a picture, and its JSON stays small', async () => {
    const args = ['solve', ...QUICK, '--report', file('r.html'), '--plot', file('c.svg'), '--json', '-q']
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).not.toHaveProperty('samples')
    const page = readFileSync(file('r.html'), 'utf8')
    expect(page.replaceAll(/<\/?span[^>]*>/g, '')).toMatch(
      /<pre>deepbsde solve heat --set dim=5 .*--iterations 20 --paths 512/,
    )
    expect(page).toContain('id="x1"')
    expect(readFileSync(file('c.svg'), 'utf8')).toMatch(/^<svg/)
  })

  test.each([
    [
      '--report',
      '/nowhere/r.html',
      /--report: '\/nowhere\/r.html' cannot be written: its folder does not exist/,
    ],
    ['--report', tmpdir(), /is a folder/],
    ['--plot', 'c.gif', /ends in \.svg, \.png or \.pdf/],
  ])('%s %s is refused before any work is done', async (option, path, message) => {
    const { exitCode, stderr } = await run(['solve', 'hjb-lq', '--iterations', '100000', option, path])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('deepbsde compare', () => {
  beforeAll(() => {
    writeFileSync(file('a.json'), JSON.stringify(sampleSolution()))
    writeFileSync(file('b.json'), JSON.stringify(sampleSolution({ value: 4.5905, seed: 2, iterations: 800 })))
    const { history, ...short } = sampleSolution({ reference: null, relativeError: null })
    writeFileSync(file('short.json'), JSON.stringify(short))
  })

  test('prints a table of what differs', async () => {
    const { exitCode, stdout } = await run(['compare', file('a.json'), file('b.json')])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^problem hjb-lq, d 100, horizon 1, lambda 1, method deep-bsde/)
    expect(stdout).toMatch(/a +4\.59022 .* 400 +1 /)
    expect(stdout).toMatch(/b +4\.59050 .* 800 +2 /)
  })

  test('gives programs everything', async () => {
    const { stdout } = await run(['compare', file('a.json'), file('b.json'), '--format', 'json'])
    const [first, second] = JSON.parse(stdout)
    expect(first).toMatchObject({ run: 'a', problem: 'hjb-lq', value: 4.590223456, seconds: 2.31 })
    expect(second).toMatchObject({ run: 'b', seed: 2 })
  })

  test('writes a page, also from files without a history', async () => {
    const args = ['compare', file('a.json'), file('short.json'), '--html', file('c.html')]
    expect(await run(args)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
    const page = readFileSync(file('c.html'), 'utf8')
    expect(page).toContain('2 runs compared')
    // What spans the page has both classes.
    expect(page).toContain('<figure class="card span" id="loss">')
  })

  test.each([
    ['missing.json', null, /missing\.json: there is no such file/],
    ['text.json', 'hello', /holds no JSON/],
    ['other.json', '{"a":1}', /not a run, problem: .*solve <problem> --json --history/],
    ['wrong.json', '{"problem":"p","method":"m","status":"s","value":"x"}', /not a run, value/],
  ])('%s is refused in one line', async (name, content, message) => {
    if (content !== null) writeFileSync(file(name), content)
    const { exitCode, stdout, stderr } = await run(['compare', file('a.json'), file(name)])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('deepbsde completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s: a script with commands, options and problems', async (shell) => {
    const { exitCode, stdout } = await run(['completion', shell])
    expect(exitCode).toBe(0)
    for (const word of ['solve', 'compare', 'hjb-lq', 'kernel', 'fma', 'deep-bsde'])
      expect(stdout).toContain(word)
    // A shell that is not here cannot read it, and says nothing.
    if (isInstalled(shell)) {
      const script = file(`completion.${shell}`)
      writeFileSync(script, stdout)
      expect(spawnSync(shell, ['-n', script], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    }
  })

  test.skipIf(!isInstalled('bash'))('bash completes ids, options and their values', async () => {
    const { stdout } = await run(['completion', 'bash'])
    const complete = (...words: string[]) =>
      spawnSync('bash', {
        input: `${stdout}\ncd ${folder}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_deepbsde\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
        encoding: 'utf8',
      })
        .stdout.trim()
        .split('\n')
    expect(complete('deepbsde', 'sol')).toEqual(['solve'])
    expect(complete('deepbsde', 'solve', 'hjb-')).toContain('hjb-lq')
    expect(complete('deepbsde', 'solve', 'heat', '--ker')).toEqual(['--kernel'])
    expect(complete('deepbsde', 'solve', 'heat', '--kernel', 'f')).toEqual(['fma'])
    expect(complete('deepbsde', 'compare', 'a.j')).toEqual(['a.json'])
  })

  test.skipIf(!isInstalled('zsh'))('zsh completes commands, ids, options and their values', async () => {
    const { stdout } = await run(['completion', 'zsh'])
    const script = file('completion.zsh')
    const shown = `show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey '^X' show`
    writeFileSync(script, `autoload -U compinit; compinit -D -u\n${stdout}\n${shown}`)
    const lines = {
      'deepbsde sol': 'deepbsde solve ',
      'deepbsde solve hjb-lq-c': 'deepbsde solve hjb-lq-control ',
      'deepbsde solve heat --kerne': 'deepbsde solve heat --kernel ',
      'deepbsde study steps hest': 'deepbsde study steps heston',
      'deepbsde new x --from allen-cahn-': 'deepbsde new x --from allen-cahn-max',
    }
    // Typed into a terminal, each with the key of tabulation, then the one that shows the line, then the one that empties it.
    const input = `zmodload zsh/zpty; zpty shell zsh -f -i
      zpty -w shell 'cd ${folder}; source ${script}; print rea''dy'; zpty -r shell out '*ready*'
      for line in ${Object.keys(lines)
        .map((line) => `'${line}'`)
        .join(' ')}; do
        zpty -w -n shell "$line"$'\t\x18'; zpty -r shell out '*<*>*'; print -r -- "\${\${out##*<}%%>*}"
        zpty -w -n shell $'\x15'
      done`
    const typed = spawnSync('zsh', ['-f'], { input, encoding: 'utf8', timeout: 1_800_000 }).stdout
    expect(
      typed
        .split('\n')
        .slice(0, -1)
        .map((line) => line.trim()),
    ).toEqual(Object.values(lines).map((line) => line.trim()))
  })

  test('refuses other shells', async () => {
    const { exitCode, stderr } = await run(['completion', 'tcsh'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('bash, zsh, fish')
  })
})

function isInstalled(shell: string): boolean {
  return existsSync(`/bin/${shell}`) || existsSync(`/usr/bin/${shell}`)
}
