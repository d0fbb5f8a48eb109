/** An M whose middle is a tick: the roll, and that someone passes it. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 24 24"
      fill="none"
      strokeWidth="2.6"
      strokeLinecap="round"
      className={className}
    >
      <path d="M4.5 7v12.5M19.5 4v15.5" className="stroke-ink" />
      <path d="m4.5 7 5.6 6.8L19.5 4" className="stroke-accent" strokeLinejoin="round" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2">
      <LogoMark className="size-6" />
      <span className="text-lg font-semibold tracking-tight">Muster</span>
    </span>
  );
}
