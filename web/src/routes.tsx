import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { sessionQuery, setupQuery } from "./api/session";
import { LoadingPage } from "./components/feedback/Loading";
import { PageProblem } from "./components/feedback/PageProblem";
import { conditions } from "./pages/audit-logs/eventSearch";
import { NotFound } from "./shell/NotFound";
import { queries } from "./shell/queries";
import { Shell } from "./shell/Shell";
import { parseSearch, stringifySearch, texts } from "./shell/search";

const root = createRootRouteWithContext()({ component: Outlet, notFoundComponent: NotFound });

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/session/SetupPage")),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: texts("next"),
  component: lazyRouteComponent(() => import("./pages/session/SignInPage")),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./pages/session/InvitationPage")),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ location }) => {
    if ((await queries.query({ ...sessionQuery, staleTime: "static" })) !== null) return;
    const { needed } = await queries.query(setupQuery);
    if (needed) throw redirect({ to: "/setup" });
    throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage")),
});
const integrations = createRoute({
  getParentRoute: () => inside,
  path: "/integrations",
  component: lazyRouteComponent(() => import("./pages/integrations/IntegrationsPage")),
});
const newIntegration = createRoute({
  getParentRoute: () => inside,
  path: "/integrations/new/$provider",
  component: lazyRouteComponent(() => import("./pages/integrations/NewIntegrationPage")),
});
const integration = createRoute({
  getParentRoute: () => inside,
  path: "/integrations/$id",
  component: lazyRouteComponent(() => import("./pages/integrations/IntegrationPage")),
});
const integrationSettings = createRoute({
  getParentRoute: () => inside,
  path: "/integrations/$id/settings",
  component: lazyRouteComponent(() => import("./pages/integrations/IntegrationSettingsPage")),
});
const newType = createRoute({
  getParentRoute: () => inside,
  path: "/integrations/$id/types/new",
  component: lazyRouteComponent(() => import("./pages/custom/NewTypePage")),
});
const customType = createRoute({
  getParentRoute: () => inside,
  path: "/integrations/$id/types/$type",
  component: lazyRouteComponent(() => import("./pages/custom/CustomTypePage")),
});
const resources = createRoute({
  getParentRoute: () => inside,
  path: "/resources",
  validateSearch: texts("integration"),
  component: lazyRouteComponent(() => import("./pages/resources/TypesPage")),
});
const resourceType = createRoute({
  getParentRoute: () => inside,
  path: "/resources/$type",
  validateSearch: texts("integration", "q", "sort", "filter[]"),
  component: lazyRouteComponent(() => import("./pages/resources/ResourcesPage")),
});
const resource = createRoute({
  getParentRoute: () => inside,
  path: "/resources/$type/$integration",
  validateSearch: texts("key", "view"),
  component: lazyRouteComponent(() => import("./pages/resources/ResourcePage")),
});
const changes = createRoute({
  getParentRoute: () => inside,
  path: "/changes",
  validateSearch: texts("type", "integration", "kind", "field"),
  component: lazyRouteComponent(() => import("./pages/changes/ChangesPage")),
});
const auditLogs = createRoute({
  getParentRoute: () => inside,
  path: "/audit-logs",
  validateSearch: texts(
    ...(["span", "from", "to", "by", "q", "integration", "event", "at"] as const),
    ...conditions,
  ),
  component: lazyRouteComponent(() => import("./pages/audit-logs/AuditLogsPage")),
});
const query = createRoute({
  getParentRoute: () => inside,
  path: "/query",
  validateSearch: texts("id", "sql"),
  component: lazyRouteComponent(() => import("./pages/query/QueryPage")),
});
const findings = createRoute({
  getParentRoute: () => inside,
  path: "/findings",
  validateSearch: texts("status", "severity", "rule", "integration", "assignee", "q", "sort"),
  component: lazyRouteComponent(() => import("./pages/findings/FindingsPage")),
});
const finding = createRoute({
  getParentRoute: () => inside,
  path: "/findings/$id",
  component: lazyRouteComponent(() => import("./pages/findings/FindingPage")),
});
const rules = createRoute({
  getParentRoute: () => inside,
  path: "/rules",
  validateSearch: texts("q", "severity", "state"),
  component: lazyRouteComponent(() => import("./pages/rules/RulesPage")),
});
const rule = createRoute({
  getParentRoute: () => inside,
  path: "/rules/$id",
  component: lazyRouteComponent(() => import("./pages/rules/RulePage")),
});
const packs = createRoute({
  getParentRoute: () => inside,
  path: "/packs",
  component: lazyRouteComponent(() => import("./pages/packs/PacksPage")),
});
const pack = createRoute({
  getParentRoute: () => inside,
  path: "/packs/$id",
  validateSearch: texts("verdict"),
  component: lazyRouteComponent(() => import("./pages/packs/PackPage")),
});
const alerts = createRoute({
  getParentRoute: () => inside,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsPage")),
});
const channels = createRoute({
  getParentRoute: () => inside,
  path: "/alerts/channels",
  component: lazyRouteComponent(() => import("./pages/alerts/ChannelsPage")),
});
const deliveries = createRoute({
  getParentRoute: () => inside,
  path: "/alerts/deliveries",
  validateSearch: texts("channel", "alert", "status"),
  component: lazyRouteComponent(() => import("./pages/alerts/DeliveriesPage")),
});
const delivery = createRoute({
  getParentRoute: () => inside,
  path: "/alerts/deliveries/$id",
  component: lazyRouteComponent(() => import("./pages/alerts/DeliveryPage")),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/AccountPage")),
});
const users = createRoute({
  getParentRoute: () => inside,
  path: "/settings/users",
  component: lazyRouteComponent(() => import("./pages/settings/UsersPage")),
});
const keys = createRoute({
  getParentRoute: () => inside,
  path: "/settings/keys",
  component: lazyRouteComponent(() => import("./pages/settings/KeysPage")),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/settings/audit",
  validateSearch: texts("actor"),
  component: lazyRouteComponent(() => import("./pages/settings/AuditPage")),
});

const tree = root.addChildren([
  setup,
  signIn,
  invitation,
  inside.addChildren([
    overview,
    integrations,
    newIntegration,
    integration,
    integrationSettings,
    newType,
    customType,
    resources,
    resourceType,
    resource,
    changes,
    auditLogs,
    query,
    findings,
    finding,
    rules,
    rule,
    packs,
    pack,
    alerts,
    channels,
    deliveries,
    delivery,
    account,
    users,
    keys,
    audit,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: PageProblem,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
