import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { nonce } from "@/shell/nonce";
import { editorTheme } from "./editorTheme";

interface Props {
  label: string;
  /** What stands there at first. */
  initial: string;
  invalid: boolean;
  onChange: (text: string) => void;
}

/** The place where JSON is written. Tab leaves it, as it leaves any other field. */
export default function JsonEditor({ label, initial, invalid, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const act = useRef(onChange);
  const begin = useRef(initial);
  useEffect(() => {
    act.current = onChange;
  });
  useEffect(() => {
    if (place.current === null) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begin.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          json(),
          syntaxHighlighting(classHighlighter),
          keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
          editorTheme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) act.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => editor.destroy();
  }, [label]);
  return (
    <div
      ref={place}
      data-invalid={invalid || undefined}
      className="thin-scroll h-96 overflow-auto rounded-md border border-line-strong bg-surface focus-within:border-accent focus-within:outline-1 focus-within:outline-accent data-invalid:border-critical"
    />
  );
}
