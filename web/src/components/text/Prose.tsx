/** Paragraphs, apart where a line is empty. */
export function Prose({ text }: { text: string }) {
  return (
    <div className="max-w-[72ch] space-y-3">
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
    </div>
  );
}
