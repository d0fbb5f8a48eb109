/** The first letter of a provider, in a ring. We carry nobody's trade mark. */
export function ProviderMark({ title }: { title: string }) {
  return (
    <span
      aria-hidden
      className="flex size-9 shrink-0 items-center justify-center rounded-md border border-line bg-sunken font-semibold text-accent-ink"
    >
      {title.charAt(0)}
    </span>
  );
}
