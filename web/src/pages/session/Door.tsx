import { useEffect, type ReactNode } from "react";
import { Logo } from "@/shell/Logo";

/** The frame of the pages before the sign-in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 pt-[14vh] pb-16">
      <Logo />
      <div className="mt-8 w-full max-w-sm rounded-lg border border-line bg-surface p-6">
        <h1 className="text-lg font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
