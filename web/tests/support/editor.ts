import type { Locator, Page } from "@playwright/test";

/** Writes into the SQL editor as a person does: over what was there. */
export async function write(page: Page, sql: string): Promise<Locator> {
  const editor = page.getByRole("textbox", { name: "SQL" });
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(sql);
  return editor;
}
