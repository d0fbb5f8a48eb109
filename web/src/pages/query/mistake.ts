import { StateEffect, StateField, type EditorState } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";

export interface Mistake {
  message: string;
  help: string | undefined;
  /** In UTF-16 code units from the beginning. */
  offset: number;
  length: number;
}

export const showMistake = StateEffect.define<Mistake | null>();

class Message extends WidgetType {
  constructor(
    readonly mistake: Mistake,
    readonly column: number,
  ) {
    super();
  }
  override eq(other: Message) {
    return other.mistake === this.mistake && other.column === this.column;
  }
  toDOM() {
    const element = document.createElement("div");
    element.className = "cm-mistake-text";
    element.style.paddingLeft = `calc(min(${this.column}ch, 50%) + 0.25rem)`;
    const text = element.appendChild(document.createElement("span"));
    text.textContent = plain(this.mistake.message);
    if (this.mistake.help) {
      const help = element.appendChild(document.createElement("small"));
      help.textContent = ` ${plain(this.mistake.help)}`;
    }
    return element;
  }
}

/** Here all is set as text, so names need no marks around them. */
const plain = (text: string) => text.replaceAll("`", "");

function decorate(state: EditorState, mistake: Mistake): DecorationSet {
  const from = Math.min(mistake.offset, state.doc.length);
  const to = Math.min(from + Math.max(1, mistake.length), state.doc.length);
  const line = state.doc.lineAt(from);
  const start = from === to ? Math.max(line.from, from - 1) : from;
  const marks = [];
  if (start < to) marks.push(Decoration.mark({ class: "cm-mistake" }).range(start, to));
  const message = Decoration.widget({ widget: new Message(mistake, from - line.from), side: 1, block: true });
  return Decoration.set([...marks, message.range(line.to)], true);
}

/** The word that is wrong, underlined, and under it what is wrong with it. Typing takes both away. */
export const mistakes = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = transaction.docChanged ? Decoration.none : shown;
    for (const effect of transaction.effects) {
      if (effect.is(showMistake))
        next = effect.value === null ? Decoration.none : decorate(transaction.state, effect.value);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
