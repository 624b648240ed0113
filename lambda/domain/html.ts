/**
 * HTML that is escaped by construction (P17): markup comes only from the literal parts of `html` templates, and
 * whatever is put into one is text, unless it is itself the outcome of `html`.
 */
class Markup {
  readonly #source: string;
  constructor(source: string) {
    this.#source = source;
  }
  get source(): string {
    return this.#source;
  }
}

export type { Markup };

type Content = string | Markup | readonly Markup[];

/** Attributes must stand in double quotes; nothing may be put into a tag's or attribute's name, a style or a script. */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let source = literals[0] ?? '';
  contents.forEach((content, index) => {
    source += toSource(content) + (literals[index + 1] ?? '');
  });
  return new Markup(source);
}

function toSource(content: Content): string {
  if (typeof content === 'string') return content.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return content instanceof Markup ? content.source : content.map(toSource).join('');
}
