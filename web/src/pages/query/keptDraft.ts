const place = "muster.query";
const first = "SELECT *\nFROM okta_user\nLIMIT 100";

/** What was being written when the page was left. */
export function keptDraft(): string {
  try {
    return sessionStorage.getItem(place) ?? first;
  } catch {
    return first;
  }
}

export function keepDraft(sql: string) {
  try {
    sessionStorage.setItem(place, sql);
  } catch {
    // It then lives as long as the page.
  }
}
