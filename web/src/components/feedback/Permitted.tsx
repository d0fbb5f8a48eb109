import type { ReactNode } from "react";
import { Problem } from "@/api/problem";
import { useMay } from "@/api/session";
import type { Permission } from "@/api/types";
import { PageProblem } from "./PageProblem";

/** A page for those who may; whoever comes by its address is told. */
export function Permitted({ to, children }: { to: Permission; children: ReactNode }) {
  if (useMay(to)) return children;
  const detail = "your role does not include this page. An administrator can help";
  return <PageProblem error={new Problem({ title: "Not permitted", status: 403, detail })} />;
}
