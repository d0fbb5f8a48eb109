import { EditorView } from "@codemirror/view";

/** The editor in the colours and sizes of the page. */
export const editorTheme = EditorView.theme({
  "&": { fontSize: "0.8125rem", backgroundColor: "transparent", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.375rem" },
  ".cm-content": { padding: "0.625rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.75rem 0 0.25rem" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--faint)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.5rem 0 0.75rem", minWidth: "2.25rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--accent) 24%, transparent)",
  },
  ".cm-placeholder": { color: "var(--faint)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--hover)",
    outline: "1px solid var(--line-strong)",
  },
  ".cm-mistake": { textDecoration: "underline wavy var(--critical) 1.5px", textUnderlineOffset: "4px" },
  // The place to the left is measured in letters of the editor; what is said is set as the page is.
  ".cm-mistake-text": {
    color: "var(--critical)",
    padding: "0 0.75rem 0.25rem 0.25rem",
    whiteSpace: "normal",
  },
  ".cm-mistake-text > *": { fontFamily: "var(--font-sans)", fontSize: "0.8125rem" },
  ".cm-mistake-text > small": { color: "var(--muted)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "none",
    borderRadius: "8px",
    boxShadow: "var(--shadow-pop)",
    color: "var(--ink)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "0.75rem",
    maxHeight: "15rem",
    padding: "4px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "3px 8px",
    borderRadius: "4px",
    lineHeight: "1.25rem",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--hover)",
    color: "var(--ink)",
  },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "0.75rem" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-ink)", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": {
    padding: "6px 10px",
    fontFamily: "var(--font-sans)",
    fontSize: "0.75rem",
    lineHeight: "1.125rem",
    maxWidth: "22rem",
    whiteSpace: "normal",
  },
  // Beside the list there is no room on a phone: below it there is.
  ".cm-tooltip.cm-completionInfo.cm-completionInfo-left-narrow, .cm-tooltip.cm-completionInfo.cm-completionInfo-right-narrow":
    {
      top: "calc(100% + 4px) !important",
      bottom: "auto !important",
      left: "0",
      right: "0",
      maxWidth: "none !important",
    },
  ".cm-completionInfo code": { display: "block", fontFamily: "var(--font-mono)", overflowWrap: "anywhere" },
  ".cm-completionInfo code + p": { marginTop: "4px" },
});
