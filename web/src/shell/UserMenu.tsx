import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, KeyRound, Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useSession, useSignOut } from "@/api/session";
import { Menu, MenuItem, MenuLine } from "@/components/overlay/Menu";
import { openShortcuts } from "./shortcuts";
import { chooseTheme, useTheme, type ThemeChoice } from "./theme";

const themes: { choice: ThemeChoice; text: string; icon: typeof Sun }[] = [
  { choice: "light", text: "Light", icon: Sun },
  { choice: "dark", text: "Dark", icon: Moon },
  { choice: "system", text: "As the system", icon: Monitor },
];

export function UserMenu() {
  const { user } = useSession();
  const signOut = useSignOut();
  const { choice } = useTheme();
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover data-[state=open]:bg-hover"
        >
          <span
            aria-hidden
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent-ink"
          >
            {initials(user.name)}
          </span>
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{user.name}</span>
            <span className="block truncate text-xs text-muted capitalize">{user.role}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-faint" />
        </button>
      }
    >
      {themes.map(({ choice: one, text, icon }) => (
        <MenuItem key={one} icon={icon} onSelect={() => chooseTheme(one)}>
          <span className="flex-1">{text}</span>
          {choice === one && <span className="text-xs text-muted">chosen</span>}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={Keyboard} onSelect={openShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem asChild>
        <Link to="/settings">
          <KeyRound aria-hidden className="size-4 opacity-80" />
          Change password
        </Link>
      </MenuItem>
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0) ?? "")
    .join("")
    .toUpperCase();
}
