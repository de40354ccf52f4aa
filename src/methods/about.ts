/** What a method says of itself, as data: read by command line, completion, refusals and checkpoints without the method itself. */
import type { Option } from '../options/option.ts'

/** Kinds of pages. */
export type PageKind = 'equation' | 'control' | 'stopping'

export interface About {
  /** The name of its folder. */
  id: string
  title: string
  source: string
  /** The kind of page that it solves; a method for equations takes a control problem by its Bellman equation. */
  solves: PageKind
  /** The one that solves pages of its kind unless another is asked for. */
  isUsual?: true
  /** The choices that it knows; a run that is given others is refused. */
  options: readonly Option[]
  /** The method that gives a second opinion on its answers to a page of each kind; none where there is none. */
  secondOpinion: { readonly [Kind in PageKind]?: string }
  /** It keeps checkpoints and goes on from them. */
  canResume?: true
  /** What `--save` keeps of it. */
  saves?: 'model' | 'policy' | 'rule'
}
