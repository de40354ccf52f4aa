import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Journal, type Row } from '../../src/runs/journal.ts'

interface Numbered extends Row {
  value: number
}
const rowOf = (form: unknown) =>
  typeof form === 'object' && form !== null && 'key' in form ? (form as Numbered) : null
const open = (path: string) => Journal.open<Numbered>('--journal', path, rowOf)
const fresh = async () => join(await mkdtemp(join(tmpdir(), 'journal-')), 'runs.jsonl')

describe('a journal', () => {
  it('keeps whole lines, and leaves out one that was cut off at any place', async () => {
    const path = await fresh()
    const journal = await open(path)
    journal.append({ key: 'a', value: 1 })
    journal.append({ key: 'b', value: 2 })
    journal.close()
    const text = await readFile(path, 'utf8')
    const second = text.indexOf('\n') + 1
    for (let end = 0; end <= text.length; end++) {
      await writeFile(path, text.slice(0, end))
      const again = await open(path)
      const whole = end === text.length ? 2 : end >= second ? 1 : 0
      expect(again.known.size, `cut off at ${end}`).toBe(whole)
      again.append({ key: 'c', value: 3 })
      again.close()
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line).key)).toEqual([...['a', 'b'].slice(0, whole), 'c'])
    }
    expect(await readdir(dirname(path))).toEqual(['runs.jsonl'])
  })

  it('leaves no file where nothing came into it, unless it was there', async () => {
    const path = await fresh()
    ;(await open(path)).close()
    expect(await readdir(dirname(path))).toEqual([])
    await writeFile(path, '')
    ;(await open(path)).close()
    expect(await readdir(dirname(path))).toEqual(['runs.jsonl'])
  })

  it('has one writer, and refuses what is none', async () => {
    const path = await fresh()
    const journal = await open(path)
    await expect(open(path)).rejects.toThrow(/--journal: '.*' is being written by process \d+\./)
    journal.close()
    await writeFile(path, 'strike,value\n80,1\n')
    await expect(open(path)).rejects.toThrow(/line 1 is no run that was kept\. Give another file\./)
    expect(await readFile(path, 'utf8')).toBe('strike,value\n80,1\n')
    expect(await readdir(dirname(path))).toEqual(['runs.jsonl'])
    await expect(open(join(path, 'x'))).rejects.toThrow(/--journal: '.*' cannot be written/)
  })
})
