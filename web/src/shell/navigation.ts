import type { LinkProps } from "@tanstack/react-router";
import {
  Bell,
  Blocks,
  ClipboardCheck,
  Database,
  FileClock,
  Gauge,
  ListChecks,
  ScrollText,
  Settings,
  ShieldAlert,
  SquareTerminal,
  type LucideIcon,
} from "lucide-react";

export interface Place {
  text: string;
  icon: LucideIcon;
  to: NonNullable<LinkProps["to"]>;
  /** The letter after g that leads there. */
  letter: string;
}

export interface Section {
  title: string | null;
  places: Place[];
}

export const sections: Section[] = [
  { title: null, places: [{ text: "Overview", icon: Gauge, to: "/", letter: "o" }] },
  {
    title: "Register",
    places: [
      { text: "Integrations", icon: Blocks, to: "/integrations", letter: "i" },
      { text: "Resources", icon: Database, to: "/resources", letter: "r" },
      { text: "Changes", icon: FileClock, to: "/changes", letter: "c" },
      { text: "Audit logs", icon: ScrollText, to: "/audit-logs", letter: "l" },
      { text: "Query", icon: SquareTerminal, to: "/query", letter: "q" },
    ],
  },
  {
    title: "Inspection",
    places: [
      { text: "Findings", icon: ShieldAlert, to: "/findings", letter: "f" },
      { text: "Rules", icon: ListChecks, to: "/rules", letter: "u" },
      { text: "Packs", icon: ClipboardCheck, to: "/packs", letter: "p" },
      { text: "Alerts", icon: Bell, to: "/alerts", letter: "a" },
    ],
  },
  { title: null, places: [{ text: "Settings", icon: Settings, to: "/settings", letter: "s" }] },
];

export const places = sections.flatMap((section) => section.places);
