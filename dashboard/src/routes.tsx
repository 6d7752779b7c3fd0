import { createRootRoute, createRoute, createRouter, lazyRouteComponent as lazy } from "@tanstack/react-router";
import { IconBuildings, IconDevices, IconForms, IconHome, IconHourglass, IconInbox, IconLayoutKanban, IconShieldLock, IconUsers } from "@tabler/icons-react";
import { boardSearch } from "./board/search";
import { Broken } from "./kit/shell/Broken";
import { NotFound } from "./kit/shell/NotFound";
import { ScreenSkeleton } from "./kit/shell/ScreenSkeleton";
import { Shell } from "./kit/shell/Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken });
const inShell = { getParentRoute: () => root } as const;

/** The board stays where it is while a deal's panel opens in front of it. */
const deals = createRoute({ ...inShell, path: "/deals", validateSearch: boardSearch, component: lazy(() => import("./board/Board")), staticData: { nav: { name: "deals", icon: IconLayoutKanban, key: "d" } } });
const deal = createRoute({ getParentRoute: () => deals, path: "$id", component: lazy(() => import("./board/panel/DealPanel")), staticData: { shows: "deal" } });

/** Every screen, one line each: path, code (its default export), its place in the navigation, and what it `shows`. */
const screens = root.addChildren([
  createRoute({ ...inShell, path: "/", component: lazy(() => import("./overview/Overview")), staticData: { nav: { name: "overview", icon: IconHome, key: "o" } } }),
  deals.addChildren([deal]),
  createRoute({ ...inShell, path: "/contacts", component: lazy(() => import("./contacts/Contacts")), staticData: { nav: { name: "contacts", icon: IconUsers, key: "c" } } }),
  createRoute({ ...inShell, path: "/contacts/$id", component: lazy(() => import("./contacts/Contact")), staticData: { shows: "contact" } }),
  createRoute({ ...inShell, path: "/duplicates", component: lazy(() => import("./contacts/AllDuplicates")) }),
  createRoute({ ...inShell, path: "/companies", component: lazy(() => import("./companies/Companies")), staticData: { nav: { name: "companies", icon: IconBuildings, key: "b" } } }),
  createRoute({ ...inShell, path: "/companies/$id", component: lazy(() => import("./companies/Company")), staticData: { shows: "company" } }),
  createRoute({ ...inShell, path: "/web-forms", component: lazy(() => import("./web_forms/FormList")), staticData: { nav: { name: "forms", icon: IconForms, key: "f" } } }),
  createRoute({ ...inShell, path: "/web-forms/$id", component: lazy(() => import("./web_forms/FormPage")), staticData: { shows: "form" } }),
  createRoute({ ...inShell, path: "/privacy", component: lazy(() => import("./privacy/desk/Desk")), staticData: { nav: { name: "privacy", icon: IconShieldLock, key: "p", section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/requests", component: lazy(() => import("./privacy/requests/Requests")), staticData: { nav: { name: "requests", icon: IconInbox, key: "r", section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/requests/$id", component: lazy(() => import("./privacy/requests/RequestPage")), staticData: { shows: "request" } }),
  createRoute({ ...inShell, path: "/privacy/retention", component: lazy(() => import("./privacy/retention/Calendar")), staticData: { nav: { name: "retention", icon: IconHourglass, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/retention/rules", component: lazy(() => import("./privacy/retention/Rules")) }),
  createRoute({ ...inShell, path: "/privacy/retention/holds", component: lazy(() => import("./privacy/retention/Holds")) }),
  createRoute({ ...inShell, path: "/privacy/retention/runs", component: lazy(() => import("./privacy/retention/Runs")) }),
  createRoute({ ...inShell, path: "/settings/sessions", component: lazy(() => import("./settings/sessions/Sessions")), staticData: { nav: { name: "sessions", icon: IconDevices, section: "settings" } } }),
  createRoute({ ...inShell, path: "/sign-in", component: lazy(() => import("./sign_in/SignedIn")) }),
]);

export const router = createRouter({
  routeTree: screens,
  defaultPreload: "intent",
  defaultPendingComponent: ScreenSkeleton,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
