import { mkdir } from "node:fs/promises";
import { places, settled } from "./support/places";
import { expect, test } from "./support/test";

const looks = {
  light: { colorScheme: "light", viewport: { width: 1360, height: 860 } },
  dark: { colorScheme: "dark", viewport: { width: 1360, height: 860 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
} as const;

for (const [look, { colorScheme, viewport }] of Object.entries(looks)) {
  test(`every page fits and is pictured, ${look}`, async ({ ownerPage: page, integration }) => {
    test.setTimeout(300_000);
    await mkdir("screenshots", { recursive: true });
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    for (const [name, path] of Object.entries(await places(page, integration))) {
      await page.goto(path);
      await settled(page);
      if (name === "query") {
        await page.getByRole("button", { name: "Run" }).click();
        await page.getByText(/rows/).first().waitFor();
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(wide, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `screenshots/${name}-${look}.png` });
    }
  });
}
