/** A sentence of the server's: what stands in backticks is a name or something to type. */
export function Said({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
