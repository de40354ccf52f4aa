// Makes site/ from the guides in docs/, the examples, the help of every command and the public docstrings.
// Run by `npm run docs`, which builds dist/ first; another folder may be given.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Marked } from 'marked'
import { documentOf } from '../dist/src/report/page.js'
import { html, Markup, preformatted } from '../dist/src/text/html.js'
import { describeName, parseDoc, publicNames } from './docstrings.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const site = resolve(process.argv[2] ?? join(root, 'site'))
const marked = new Marked({
  hooks: {
    postprocess: (text) =>
      text
        .replaceAll(/href="(?:\.\/|docs\/)?([\w-]+)\.md(#[^"]*)?"/g, 'href="$1.html$2"')
        // A page is called by its subject here, not by its file.
        .replaceAll(/>([\w-]+)\.md<\/a>/g, (_, name) => `>${name.replaceAll('-', ' ')}</a>`),
  },
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
    },
    codespan({ text }) {
      // A flag is one word, though it has hyphens.
      const flags = (code) => code.replaceAll(/(?<!\S)--?[\w-]+/g, '<span>$&</span>')
      return `<code>${flags(html`${text}`.text)}</code>`
    },
    table(token) {
      const row = (cells, name) =>
        `<tr>${cells.map((cell) => `<${name}${cell.align === 'right' ? ' class="right"' : ''}>${this.parser.parseInline(cell.tokens)}</${name}>`).join('')}</tr>`
      const body = token.rows.map((cells) => row(cells, 'td')).join('')
      return `<div class="scroll"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>`
    },
  },
})

const STYLE = `<style>
.docs { display: grid; grid-template-columns: 210px minmax(0, 1fr); gap: 40px; max-width: 1120px; }
.docs nav { position: sticky; top: 32px; align-self: start; font-size: 0.92rem; }
.docs nav a { display: block; padding: 3px 0; text-decoration: none; color: var(--ink); }
.docs nav a[aria-current] { color: var(--accent); font-weight: 600; }
.docs nav .more { padding-left: 12px; font-size: 0.86rem; }
.docs nav .more a { color: var(--muted); }
.docs article { min-width: 0; }
.docs article > * { max-width: 78ch; }
.docs article > .scroll, .docs article > pre, .docs article > section { max-width: none; }
.docs article h2 { font-size: 1.3rem; margin: 34px 0 8px; }
.docs article h3 { font-size: 1.05rem; margin: 24px 0 6px; }
.docs article pre { white-space: pre; overflow-x: auto; }
.docs article pre, .docs article table { margin-bottom: 14px; }
.docs article table code { overflow-wrap: normal; white-space: normal; }
.docs article td, .docs article th { overflow-wrap: normal; word-break: normal; hyphens: none; }
.docs article :not(pre) > code { font-size: 0.88em; background: var(--card); border: 1px solid var(--grid); border-radius: 5px; padding: 0 4px; overflow-wrap: anywhere; }
.docs code span { white-space: nowrap; }
.docs li { margin-bottom: 4px; }
.kind { color: var(--muted); font-weight: 400; font-size: 0.8em; }
.docs article table :not(pre) > code { overflow-wrap: normal; }
.docs input { font: inherit; width: 100%; padding: 5px 9px; border: 1px solid var(--grid); border-radius: 8px; background: var(--card); color: var(--ink); }
.docs button { display: none; font: inherit; width: 100%; text-align: left; padding: 8px 12px; margin-bottom: 10px; border: 1px solid var(--grid); border-radius: 8px; background: var(--card); color: var(--ink); }
.docs #found { font-size: 0.9rem; margin: 6px 0 12px; }
.docs #found a { color: var(--accent); }
.docs #found small { color: var(--muted); display: block; }
@media (min-width: 701px) { .docs nav { max-height: calc(100vh - 64px); overflow-y: auto; } }
@media (max-width: 700px) {
  .docs { display: block; }
  .docs nav { position: static; margin-bottom: 22px; }
  .docs nav .more { display: none; }
  .docs.folds button { display: block; }
  .docs.folds .menu { display: none; }
  .docs.folds.open .menu { display: block; }
}
@media print { .docs { display: block; } .docs nav { display: none; } }
</style>`

/** The menu that folds on a phone, and the search, whose index is loaded when someone begins to type. */
const SCRIPT = `<script>
(() => {
  const docs = document.querySelector('.docs'), field = document.getElementById('search'), found = document.getElementById('found')
  docs.classList.add('folds')
  field.hidden = false
  document.getElementById('fold').addEventListener('click', ({ currentTarget }) => {
    currentTarget.setAttribute('aria-expanded', docs.classList.toggle('open'))
  })
  const show = () => {
    found.replaceChildren()
    const asked = field.value.toLowerCase().match(/[\\p{L}\\p{N}][\\p{L}\\p{N}-]*/gu)
    if (!asked || !window.SECTIONS) return
    const score = ({ heading, words }) => asked.every((word) => (' ' + words).includes(' ' + word)) && 1 + 4 * asked.filter((word) => heading.toLowerCase().includes(word)).length
    const best = SECTIONS.map((section) => [score(section), section]).filter(([points]) => points).sort(([a], [b]) => b - a).slice(0, 8)
    for (const [, { url, page, heading }] of best) {
      const link = Object.assign(document.createElement('a'), { href: url, textContent: heading })
      link.append(Object.assign(document.createElement('small'), { textContent: page }))
      found.append(link)
    }
    if (best.length === 0) found.textContent = 'Nothing found.'
  }
  field.addEventListener('input', () => {
    if (window.SECTIONS || document.getElementById('index')) return show()
    document.head.append(Object.assign(document.createElement('script'), { id: 'index', src: 'search.js', onload: show }))
  })
})()
</script>`

/** Guides in the order in which they are read; the others follow. */
const FIRST = [
  ...['command-line', 'adding-a-problem', 'options', 'statuses', 'stochastic-control', 'optimal-stopping'],
  ...[
    'sweeps',
    'many-machines',
    'long-runs',
    'accuracy',
    'coverage',
    'bounds',
    'rates',
    'verification',
    'benchmarks',
  ],
]

/** Names for programs in the order in which they are met. */
const FIRST_NAMES = [
  'solve',
  'SolveOptions',
  'RunOptions',
  'Solution',
  'OwnPage',
  'defineProblem',
  'ProblemDefinition',
]

/** Every page: file, title, HTML, and the headings that its navigation shows. */
const pages = [...guides(), commandsPage(), examplesPage(), apiPage()]
for (const file of existsSync(site) ? readdirSync(site) : [])
  if (file.endsWith('.html')) rmSync(join(site, file))
mkdirSync(site, { recursive: true })
for (const page of pages) writeFileSync(join(site, page.file), render(page))
writeFileSync(join(site, 'search.js'), `window.SECTIONS = ${JSON.stringify(pages.flatMap(sectionsOf))}\n`)
cpSync(join(root, 'docs/pictures'), join(site, 'pictures'), { recursive: true })
console.log(
  `${pages.length} pages in ${relative(process.cwd(), site)}/: ${pages.map(({ file }) => file).join(', ')}`,
)

/** What the search looks through: each section with its words, once each. */
function sectionsOf({ file, title, body }) {
  return body.split(/(?=<h[123] id=")/).flatMap((part) => {
    const [, id, heading] = part.match(/^<h[123] id="([^"]*)">([\s\S]*?)<\/h[123]>/) ?? [null, '', title]
    const text = plain(part)
    if (text === '') return []
    const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}-]+/gu) ?? [])].join(' ')
    return [{ url: id === '' ? file : `${file}#${id}`, page: title, heading: plain(heading), words }]
  })
}

function plain(markup) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name])
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** README as the first page, and every guide, those first that a newcomer needs. */
function guides() {
  const rank = (file) => (FIRST.indexOf(file.replace(/\.md$/, '')) + FIRST.length + 1) % (FIRST.length + 1)
  const files = readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  const own = files.map((file) => guide(join(root, 'docs', file), file.replace(/\.md$/, '.html')))
  const readme = join(root, 'README.md')
  return [existsSync(readme) ? guide(readme, 'index.html') : contents(own), ...own]
}

function guide(path, file) {
  const text = readFileSync(path, 'utf8')
  const title = text.match(/^# (.+)$/m)?.[1] ?? file
  return { file, title: title.replaceAll('`', ''), body: marked.parse(text), headings: headingsOf(text) }
}

function headingsOf(text) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/^## (.+)$/gm)].map(([, heading]) => ({
    id: slug(heading),
    title: heading.replaceAll('`', ''),
  }))
}

function contents(own) {
  const list = own.map(({ file, title }) => `- [${title}](${file})`).join('\n')
  return {
    file: 'index.html',
    title: 'deepbsde',
    body: marked.parse(`# deepbsde\n\n${list}\n`),
    headings: [],
  }
}

/** What `--help` prints, so that it cannot differ from it. */
function commandsPage() {
  const run = (...words) =>
    execFileSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    })
  const help = (...command) => {
    const usual = run(...command, '--help')
    return usual.includes('--help-all') ? run(...command, '--help-all') : usual
  }
  const overview = help()
  const list = overview.slice(overview.indexOf('Commands'), overview.indexOf('Options'))
  const names = [...list.matchAll(/^(?:Commands {2}| {10})([a-z-]+) /gm)].map(([, name]) => name)
  const parts = names.map((name) => html`<h2 id="${name}">${name}</h2><pre>${preformatted(help(name))}</pre>`)
  const body = html`<h1>Every command</h1><pre>${preformatted(overview)}</pre>${parts}`
  return {
    file: 'commands.html',
    title: 'Every command',
    body: body.text,
    headings: names.map((name) => ({ id: name, title: name })),
  }
}

/** The examples as the tests run them. */
function examplesPage() {
  const files = readdirSync(join(root, 'examples'), { withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [entry.name] : []))
    .sort()
  const parts = files.map((file) => {
    const text = readFileSync(join(root, 'examples', file), 'utf8')
    const [, doc, code] = text.match(/^(?:\/\*\* ([\s\S]*?) \*\/\n)?([\s\S]*)$/)
    return html`<h2 id="${slug(file)}">${file}</h2>${doc === undefined ? null : html`<p>${doc}</p>`}<pre>${preformatted(code.trim())}</pre>`
  })
  const body = html`<h1>Examples</h1><p>Each of them is run by the tests.</p>${parts}`
  const headings = files.map((file) => ({ id: slug(file), title: file }))
  return { file: 'examples.html', title: 'Examples', body: body.text, headings }
}

/** Names for other programs, from their declarations and docstrings. */
function apiPage() {
  const described = publicNames(join(root, 'dist/src/index.d.ts')).map((entry) => ({
    ...entry,
    ...describeName(entry),
  }))
  const order = ['function', 'class', 'interface', 'type', 'const']
  const rank = ({ name, kind }) =>
    FIRST_NAMES.includes(name) ? FIRST_NAMES.indexOf(name) - FIRST_NAMES.length : order.indexOf(kind)
  const sorted = described.sort((a, b) => rank(a) - rank(b))
  const parts = sorted.map(({ name, kind, declaration, doc }) => {
    const { text, tags } = parseDoc(doc)
    return html`<section><h2 id="${name}">${name} <span class="kind">${kind}</span></h2>
${new Markup(marked.parse(text))}${tagList(tags)}<pre>${preformatted(declaration)}</pre></section>`
  })
  const body = html`<h1>From code</h1><p>What <code>import … from 'deepbsde'</code> gives. Everything else may change.</p>${parts}`
  return {
    file: 'api.html',
    title: 'From code',
    body: body.text,
    headings: sorted.map(({ name }) => ({ id: name, title: name })),
  }
}

function tagList(tags) {
  if (tags.length === 0) return null
  return html`<ul>${tags.map(({ tag, text }) => {
    const [, name, rest] =
      tag === 'param' || tag === 'throws' ? text.match(/^(\S+)\s*([\s\S]*)$/) : [text, '', text]
    const label = tag === 'param' ? null : new Markup(`${tag} `)
    return html`<li>${label}${name === '' ? null : html`<code>${name}</code> `}${new Markup(marked.parseInline(rest))}</li>`
  })}</ul>`
}

function render({ file, title, body, headings }) {
  const links = pages.map((page) => {
    const isHere = page.file === file
    const more = isHere ? headings.map(({ id, title: heading }) => html`<a href="#${id}">${heading}</a>`) : []
    return html`<a href="${page.file}"${isHere ? new Markup(' aria-current="page"') : null}>${page.title}</a>${more.length > 0 ? html`<div class="more">${more}</div>` : null}`
  })
  return documentOf(
    title,
    html`${new Markup(STYLE)}<main class="docs"><nav><button id="fold" type="button" aria-expanded="false">Menu</button><div class="menu"><input id="search" type="search" placeholder="Search" aria-label="Search" hidden><div id="found" role="status"></div>${links}</div></nav><article>${new Markup(body)}</article></main>${new Markup(SCRIPT)}`,
  )
}

function slug(text) {
  return text
    .toLowerCase()
    .replaceAll('`', '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
}
