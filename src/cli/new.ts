/** `deepbsde new`: a commented page of formulas to start from. */
import { unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import { UserError } from '../errors/errors.ts'
import { replaceFile } from '../files/replace.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'

interface NewFlags {
  from?: string
  control?: boolean
  force?: boolean
}

export function newCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('new')
    .usage('<name> [options]')
    .summary('writes a page of formulas to start from')
    .description('Writes <name>.yaml: a commented page that can be checked and solved as it is.')
    .argument('<name>')
    .helpOption('-h, --help', 'this help')
    .option('--control', 'a page of a control problem: a plant, costs, what the controller can do')
    .option('--from <problem>', 'the page of a built-in problem, to be changed')
    .option('--force', 'replaces a file that is there')
    .option('--debug', 'with the stack of an error')
    .action(async (name: string, flags: NewFlags) => {
      const path = await writeNewPage(name, flags)
      print(
        `wrote ${path}\nNext: deepbsde check ${path}\n      deepbsde solve ${path}\n${await nameNote(path)}`,
      )
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'deepbsde new my-equation',
      'deepbsde new my-plant --control',
      'deepbsde new my-heston --from heston',
      'deepbsde new ./equations/my-equation --force',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input',
  })
}

/** A built-in problem of the same name is another one. */
async function nameNote(path: string): Promise<string> {
  const { builtIn } = await import('../page/catalog.ts')
  const id = basename(path, '.yaml')
  if ((await builtIn(id)) === null) return ''
  return `'${id}' alone is the built-in problem of that name: write ${path} for yours.\n`
}

/**
 * Writes the template into `<name>.yaml`; `name` may lie in a folder and may have its extension already.
 * @returns the file's path
 * @throws UserError for a name that cannot be an id, a file that is there, or a folder that cannot be written to
 */
async function writeNewPage(name: string, flags: NewFlags = {}): Promise<string> {
  if (flags.control && flags.from !== undefined) {
    throw new UserError('new: either --control or --from, got both. Leave one out.')
  }
  const other = name.match(/\.(json|[cm]?[jt]s)$/)
  if (other !== null) {
    throw new UserError(
      `new: it writes YAML, got '${name.slice(0, 80)}'. Use 'deepbsde new ${name.slice(0, 60).replace(other[0], '.yaml')}'.`,
    )
  }
  const bare = name.replace(/\.ya?ml$/, '')
  const path = join(dirname(bare), `${basename(bare)}.yaml`)
  const page = (await pageText(basename(bare), name, flags)).replaceAll(`${basename(bare)}.yaml`, () => path)
  try {
    if (flags.force) await replaceFile(path, page)
    else await writeNew(path, page)
  } catch (error) {
    throw new UserError(`new: ${reason(path, (error as NodeJS.ErrnoException).code)}`)
  }
  return path
}

/** What the new page says. @throws UserError for a name that cannot be an id, and for a problem that is not there */
async function pageText(id: string, name: string, { control, from }: NewFlags): Promise<string> {
  const { pageTemplate, requireId } = await import('../problem/template.ts')
  if (control) return (await import('../control/template.ts')).controlTemplate(id)
  if (from === undefined) return pageTemplate(id)
  requireId(id)
  const { findPage } = await import('../page/catalog.ts')
  const { pageYaml } = await import('../entry/page-yaml.ts')
  return pageYaml(await findPage(from), id, `deepbsde new ${name} --from ${from}`)
}

/** A file that was not there; none stays where it cannot be written whole. */
async function writeNew(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') await unlink(path).catch(() => {})
    throw error
  }
}

function reason(path: string, code: string | undefined): string {
  switch (code) {
    case 'EEXIST':
      return `'${path}' is there already, and is left as it is. Use another name, or --force to replace it.`
    case 'EISDIR':
      return `'${path}' is a folder. Use another name.`
    case 'ENOENT':
      return `the folder '${dirname(path)}' does not exist. Make it first, or give a name without a folder.`
    default:
      return `'${path}' cannot be written (${code}). Give a name in a folder that you may write to.`
  }
}
