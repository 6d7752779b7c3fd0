import { createRootRoute, createRoute, createRouter, lazyRouteComponent as lazy } from "@tanstack/react-router";
import { IconDevices, IconForms, IconHome } from "@tabler/icons-react";
import { Broken } from "./kit/shell/Broken";
import { NotFound } from "./kit/shell/NotFound";
import { ScreenSkeleton } from "./kit/shell/ScreenSkeleton";
import { Shell } from "./kit/shell/Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken });
const inShell = { getParentRoute: () => root } as const;

/** Every screen, one line each: path, code (its default export), its place in the navigation, and what it `shows`. */
const screens = root.addChildren([
  createRoute({ ...inShell, path: "/", component: lazy(() => import("./overview/Overview")), staticData: { nav: { name: "overview", icon: IconHome, key: "o" } } }),
  createRoute({ ...inShell, path: "/web-forms", component: lazy(() => import("./web_forms/FormList")), staticData: { nav: { name: "forms", icon: IconForms, key: "f" } } }),
  createRoute({ ...inShell, path: "/web-forms/$id", component: lazy(() => import("./web_forms/FormPage")), staticData: { shows: "form" } }),
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
