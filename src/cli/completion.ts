/** `deepbsde completion bash|zsh|fish`: a script that completes commands, options, their values and problem ids. */
import { Argument, Command, type Option } from 'commander'
import { oneOf } from '../options/values.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** Arguments that are the names of problems. */
const PROBLEM_ARGUMENTS = ['problem', 'names']

/** @param program the whole command line, known only once it is put together */
export function completionCommand(program: () => Command, finish: (exitCode: number) => void): Command {
  const command = new Command('completion')
    .usage('<bash|zsh|fish>')
    .summary('a script for your shell that completes what you type')
    .description('Prints a script that completes commands, options, their values and problem ids.')
    .addArgument(new Argument('<shell>').choices(SHELLS).argParser(oneOf('the shell', SHELLS)))
    .helpOption('-h, --help', 'this help')
    .option('--debug', 'with the stack of an error')
    .action(async (shell: Shell) => {
      const { listAllProblems } = await import('../page/catalog.ts')
      const problems = (await listAllProblems()).sort()
      print(completionScript(shell, describe(program(), problems)))
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'source <(deepbsde completion bash)       # in ~/.bashrc',
      'source <(deepbsde completion zsh)        # in ~/.zshrc, after compinit',
      'deepbsde completion fish > ~/.config/fish/completions/deepbsde.fish',
    ],
    exitCodes: '0 done, 2 wrong input',
  })
}

interface Word {
  text: string
  description: string
}

interface CommandWords {
  name: string
  description: string
  options: (Word & { takesValue: boolean; choices: readonly string[] })[]
  /** Words that may stand as its argument, besides files. */
  words: readonly string[]
}

function describe(program: Command, problems: readonly string[]): CommandWords[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.summary() || command.description(),
    options: [...command.options, ...helpOption(command)].map((option) => ({
      text: option.long ?? option.short ?? '',
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.flags.endsWith('<problem>') ? problems : (option.argChoices ?? []),
    })),
    words: command.registeredArguments.flatMap((argument) =>
      PROBLEM_ARGUMENTS.includes(argument.name()) ? problems : (argument.argChoices ?? []),
    ),
  }))
}

function helpOption(command: Command): Option[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long === '--help')
}

function completionScript(shell: Shell, commands: CommandWords[]): string {
  if (shell === 'bash') return bashScript(commands)
  return shell === 'zsh' ? zshScript(commands) : fishScript(commands)
}

function bashScript(commands: CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const withValues = commands.flatMap(({ options }) => options).filter(({ choices }) => choices.length > 0)
  const values = unique(
    withValues.map(
      ({ text, choices }) =>
        `    ${text}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$word")); return ;;`,
    ),
  )
  const plain = unique(
    commands.flatMap(({ options }) =>
      options.filter(({ takesValue, choices }) => takesValue && choices.length === 0).map(({ text }) => text),
    ),
  )
  const cases = commands.map(
    ({ name, options, words }) =>
      `    ${name}) options=${quoted(options.map(({ text }) => text).join(' '))}; words=${quoted(words.join(' '))} ;;`,
  )
  return `# bash completion for deepbsde. Use: source <(deepbsde completion bash)
_deepbsde() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" options words
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(`${names} --help --version`)} -- "$word"))
    return
  fi
  case "$before" in
${values.join('\n')}
    ${plain.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _deepbsde deepbsde
`
}

function zshScript(commands: CommandWords[]): string {
  const list = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`)
  const cases = commands.map(({ name, options, words }) => {
    const specs = options.map(({ text, description, takesValue, choices }) => {
      const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files'
      return `        ${quoted(`*${text}[${description.replaceAll(/[[\]\\:]/g, '\\$&')}]${takesValue ? value : ''}`)}`
    })
    const argument =
      words.length === 0
        ? `'*:file:_files'`
        : `'*: : _alternative "words:word:(${words.join(' ')})" "files:file:_files"'`
    return `      ${name})\n        _arguments \\\n${[...specs, `        ${argument}`].join(' \\\n')} ;;`
  })
  return `#compdef deepbsde
# zsh completion for deepbsde. Use: source <(deepbsde completion zsh)
_deepbsde() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe 'command' commands
    _arguments '--help[help]' '--version[the version]'
  else
    local name="\${words[2]}"
    shift words
    ((CURRENT--))
    case "$name" in
${cases.join('\n')}
    esac
  fi
}
compdef _deepbsde deepbsde
`
}

function fishScript(commands: CommandWords[]): string {
  const lines = commands.flatMap(({ name, description, options, words }) => {
    const inside = `-n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c deepbsde -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...(words.length > 0 ? [`complete -c deepbsde ${inside} -a ${quoted(words.join(' '))}`] : []),
      ...options.map(({ text, description: about, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
        return `complete -c deepbsde ${inside} -l ${text.replace(/^--/, '')}${value} -d ${quoted(about)}`
      }),
    ]
  })
  return ['# fish completion for deepbsde', ...lines, ''].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)]
}
