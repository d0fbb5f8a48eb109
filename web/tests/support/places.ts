import type { Page } from "@playwright/test";

/** Every page that can be reached behind the sign-in, by a name for its picture. */
export async function places(page: Page, integration: string): Promise<Record<string, string>> {
  const first = async (path: string): Promise<Record<string, unknown>> => {
    const answer = (await (await page.request.get(path)).json()) as { items: Record<string, unknown>[] };
    const item = answer.items[0];
    if (item === undefined) throw new Error(`${path} is empty`);
    return item;
  };
  const user = await first("/api/resources?type=okta_user&limit=1");
  const finding = await first("/api/findings");
  const rules = (await (await page.request.get("/api/rules")).json()) as {
    items: { id: string; counts: { fail: number } }[];
  };
  const rule = rules.items.find((one) => one.counts.fail > 0);
  const pack = await first("/api/packs");
  const custom = await first("/api/custom-types");
  const own = `/integrations/${(custom.integration as { id: string }).id}`;
  const event = await first("/api/audit-events?from=2000-01-01T00:00:00Z&limit=1");
  const resource = `/resources/okta_user/${integration}?key=${encodeURIComponent(String(user.key))}`;
  return {
    overview: "/",
    integrations: "/integrations",
    "integration-new": "/integrations/new/okta",
    "integration-new-jumpcloud": "/integrations/new/jumpcloud",
    "integration-new-monosign": "/integrations/new/monosign",
    integration: `/integrations/${integration}`,
    "integration-settings": `/integrations/${integration}/settings`,
    "custom-new": "/integrations/new/custom",
    "custom-integration": own,
    "custom-type": `${own}/types/${String(custom.name)}`,
    "custom-type-new": `${own}/types/new`,
    types: "/resources",
    resources: "/resources/okta_user",
    resource,
    "resource-history": `${resource}&view=history`,
    "resource-findings": `${resource}&view=findings`,
    "resource-raw": `${resource}&view=raw`,
    changes: "/changes",
    "audit-logs": "/audit-logs",
    "audit-event": `/audit-logs?event=${encodeURIComponent(String(event.id))}&at=${String(event.time)}`,
    query: "/query",
    findings: "/findings",
    finding: `/findings/${String(finding.id)}`,
    rules: "/rules",
    rule: `/rules/${rule?.id ?? ""}`,
    packs: "/packs",
    pack: `/packs/${String(pack.id)}`,
    alerts: "/alerts",
    channels: "/alerts/channels",
    deliveries: "/alerts/deliveries",
    account: "/settings",
    users: "/settings/users",
    keys: "/settings/keys",
    audit: "/settings/audit",
  };
}

/** Nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  // Behind an open dialog the page is hidden from whoever looks by role.
  await page.locator("h1, [role=dialog]").first().waitFor();
  await page.waitForFunction(
    () => document.querySelector(".animate-breathe, [role=img]:not(span):empty") === null,
  );
  await page.evaluate(() => document.fonts.ready);
}
