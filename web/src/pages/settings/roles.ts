import type { Role } from "@/api/types";

export const roleText: Record<Role, { text: string; help: string }> = {
  user: { text: "User", help: "Reads everything, queries, comments on findings." },
  admin: {
    text: "Administrator",
    help: "Also manages integrations, findings, alerts, keys and users, and reads the audit log.",
  },
  owner: { text: "Owner", help: "May do everything, and makes administrators and owners." },
};

/** The roles a person may give: nobody makes someone more than an administrator may, unless an owner. */
export function rolesToGive(own: Role): Role[] {
  return own === "owner" ? ["user", "admin", "owner"] : ["user", "admin"];
}
