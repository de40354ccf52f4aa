/** A run as it lies in the queue: text and numbers, read again on the worker as anything from a stranger is. */
import * as v from 'valibot'
import { UserError } from '../errors/errors.ts'
import { describeMethods } from '../methods/catalog.ts'
import { optionsOf } from '../methods/options.ts'
import { RUN_OPTIONS } from '../options/run.ts'
import { builtIn } from '../page/catalog.ts'
import { values } from '../page/kinds.ts'
import type { Page } from '../page/page.ts'
import { readPage } from '../page/reader.ts'
import { MAX_PAGE_BYTES, parsePageText } from '../problem/page-file.ts'
import { canonical, digestOf } from '../runs/canonical.ts'
import { type JobOptions, portablePage, type RunJob } from '../runs/job.ts'

/** The page of a built-in problem by its id, any other by the digest of its text, which lies beside. */
export interface JobData {
  builtIn?: string
  digest?: string
  settings: RunJob['settings']
  options: JobOptions
}

/** @returns the data, and the page's text where it goes with it. @throws UserError for a page that cannot be sent */
export async function jobData({
  page,
  settings,
  options,
}: RunJob): Promise<{ data: JobData; page: string | null }> {
  const { samples: _, ...choices } = options
  const portable = await portablePage(page, settings)
  if ('builtIn' in portable) return { data: { ...portable, settings, options: choices }, page: null }
  const text = canonical(portable.page)
  if (Buffer.byteLength(text) > MAX_PAGE_BYTES) {
    throw new UserError(`${page.id}: a page has at most ${MAX_PAGE_BYTES} bytes. Keep formulas only.`)
  }
  return { data: { digest: digestOf(text), settings, options: choices }, page: text }
}

const word = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))
const option = v.union([
  v.pipe(v.number(), v.finite()),
  v.boolean(),
  v.pipe(v.string(), v.maxLength(10_000)),
  v.pipe(v.array(v.number()), v.maxLength(100)),
])
const schema = v.strictObject({
  builtIn: v.optional(word),
  digest: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  settings: values,
  options: v.record(word, option),
})
/** Choices of a run beside those of its method. */
const FURTHER = ['method', 'kernel', 'confidence', 'secondOpinion']

/**
 * The run that a job asks for.
 * @param pageOf the text of a page by its digest; null where there is none any more
 * @returns null where its page is gone
 * @throws UserError for a job that none of us made, and for a page that is none
 */
export async function jobFrom(
  form: unknown,
  pageOf: (digest: string) => Promise<string | null>,
): Promise<RunJob | null> {
  const result = v.safeParse(schema, form, { abortEarly: true })
  if (!result.success) {
    throw new UserError(
      `the job is none that deepbsde made: ${v.getDotPath(result.issues[0]) ?? 'the whole'} is not.`,
    )
  }
  const { builtIn: id, digest, settings, options } = result.output
  await requireKnown(options)
  const page = id === undefined ? await sentPage(digest, pageOf) : await requireBuiltIn(id)
  return page === null ? null : { page, settings, options: options as JobOptions }
}

/** A name that is no choice of a run could be a file's. */
async function requireKnown(options: object): Promise<void> {
  const methods = await describeMethods()
  const names = [...RUN_OPTIONS, ...optionsOf(methods)].map(({ name }) => name as string)
  const known = new Set([...names, ...FURTHER])
  const foreign = Object.keys(options).find((name) => !known.has(name))
  if (foreign !== undefined)
    throw new UserError(`the job is none that deepbsde made: ${foreign} is no choice of a run.`)
}

async function requireBuiltIn(id: string): Promise<Page> {
  const page = await builtIn(id)
  if (page === null)
    throw new UserError(`the job asks for the built-in problem ${id}, which this version does not have.`)
  return page
}

async function sentPage(
  digest: string | undefined,
  pageOf: (digest: string) => Promise<string | null>,
): Promise<Page | null> {
  const text = digest === undefined ? null : await pageOf(digest)
  if (text === null) return null
  if (digestOf(text) !== digest) throw new UserError('the page of the job is not the one that was sent.')
  return readPage(await parsePageText(text, 'json', 'the page'), 'the page', 'page')
}
