import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL } from "@codemirror/lang-sql";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { Catalogue } from "@/api/types";
import { nonce } from "@/shell/nonce";
import { completions } from "./completion";
import { editorTheme } from "@/components/code/editorTheme";
import { mistakes, showMistake, type Mistake } from "./mistake";

interface Props {
  sql: string;
  catalogue: Catalogue | undefined;
  mistake: Mistake | null;
  onChange: (sql: string) => void;
  onRun: () => void;
  onCancel: () => void;
}

/** The place where SQL is written. Tab leaves it, as it leaves any other field. */
export function Editor({ sql, catalogue, mistake, onChange, onRun, onCancel }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const offered = useRef(new Compartment());
  const acts = useRef({ onChange, onRun, onCancel });
  useEffect(() => {
    acts.current = { onChange, onRun, onCancel };
  });

  useEffect(() => {
    if (place.current === null) return;
    const keys = Prec.high(
      keymap.of([
        { key: "Mod-Enter", run: () => (acts.current.onRun(), true) },
        { key: "Escape", run: () => (acts.current.onCancel(), false) },
      ]),
    );
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        extensions: [
          EditorView.cspNonce.of(nonce),
          keys,
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          PostgreSQL.language,
          syntaxHighlighting(classHighlighter),
          offered.current.of([]),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          placeholder("SELECT … FROM okta_user"),
          mistakes,
          editorTheme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "SQL", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) acts.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === sql) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: sql },
      selection: { anchor: sql.length },
    });
  }, [sql]);

  useEffect(() => {
    const extension = catalogue ? autocompletion({ override: [completions(catalogue)], icons: false }) : [];
    view.current?.dispatch({ effects: offered.current.reconfigure(extension) });
  }, [catalogue]);

  useEffect(() => {
    view.current?.dispatch({ effects: showMistake.of(mistake) });
  }, [mistake]);

  return (
    <div
      ref={place}
      className="h-full min-h-36 overflow-auto rounded-md border border-line-strong bg-surface focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
    />
  );
}
