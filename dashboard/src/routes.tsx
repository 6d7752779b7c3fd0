import { createRootRoute, createRoute, createRouter, lazyRouteComponent as lazy } from "@tanstack/react-router";
import { IconAlertTriangle, IconBook2, IconBuildingBank, IconBuildingCommunity, IconBuildings, IconCertificate, IconColumns3, IconDevices, IconEyeOff, IconForms, IconHome, IconHourglass, IconInbox, IconInputSpark, IconKey, IconLayoutKanban, IconMailCog, IconPackageExport, IconShieldLock, IconTags, IconTarget, IconUserQuestion, IconUsers, IconUsersGroup } from "@tabler/icons-react";
import { boardSearch } from "./board/search";
import { Broken } from "./kit/shell/Broken";
import { NotFound } from "./kit/shell/NotFound";
import { ScreenSkeleton } from "./kit/shell/ScreenSkeleton";
import { Shell } from "./kit/shell/Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken });
const inShell = { getParentRoute: () => root } as const;

/** The board stays where it is while a deal's panel opens in front of it. */
const deals = createRoute({ ...inShell, path: "/deals", validateSearch: boardSearch, component: lazy(() => import("./board/Board")), staticData: { nav: { name: "deals", icon: IconLayoutKanban, key: "d" } } });
const deal = createRoute({ getParentRoute: () => deals, path: "$id", component: lazy(() => import("./board/panel/DealPanel")), pendingComponent: () => null, staticData: { shows: "deal" } });

/** Every screen, one line each: path, code (its default export), its place in the navigation, and what it `shows`. */
const screens = root.addChildren([
  createRoute({ ...inShell, path: "/", component: lazy(() => import("./overview/Overview")), staticData: { nav: { name: "overview", icon: IconHome, key: "o" } } }),
  deals.addChildren([deal]),
  createRoute({ ...inShell, path: "/contacts", component: lazy(() => import("./contacts/Contacts")), staticData: { nav: { name: "contacts", icon: IconUsers, key: "c" } } }),
  createRoute({ ...inShell, path: "/contacts/$id", component: lazy(() => import("./contacts/Contact")), staticData: { shows: "contact" } }),
  createRoute({ ...inShell, path: "/contacts/duplicates", component: lazy(() => import("./contacts/AllDuplicates")) }),
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
  createRoute({ ...inShell, path: "/privacy/processing", component: lazy(() => import("./privacy/record/Record")), staticData: { nav: { name: "processing", icon: IconBook2, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/data-map", component: lazy(() => import("./privacy/record/DataMap")) }),
  createRoute({ ...inShell, path: "/privacy/quarantine", component: lazy(() => import("./privacy/quarantine/Quarantine")), staticData: { nav: { name: "quarantine", icon: IconEyeOff, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/quarantine/words", component: lazy(() => import("./privacy/quarantine/Words")) }),
  createRoute({ ...inShell, path: "/privacy/breaches", component: lazy(() => import("./privacy/breaches/Breaches")), staticData: { nav: { name: "breaches", icon: IconAlertTriangle, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/breaches/$id", component: lazy(() => import("./privacy/breaches/BreachPage")), staticData: { shows: "breach" } }),
  createRoute({ ...inShell, path: "/privacy/recipients", component: lazy(() => import("./privacy/recipients/Recipients")), staticData: { nav: { name: "recipients", icon: IconBuildingBank, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/recipients/disclosures", component: lazy(() => import("./privacy/recipients/Disclosures")) }),
  createRoute({ ...inShell, path: "/privacy/recipients/notices", component: lazy(() => import("./privacy/recipients/Notices")) }),
  createRoute({ ...inShell, path: "/privacy/recipients/$id", component: lazy(() => import("./privacy/recipients/RecipientPage")), staticData: { shows: "recipient" } }),
  createRoute({ ...inShell, path: "/privacy/to-inform", component: lazy(() => import("./privacy/inform/ToInform")), staticData: { nav: { name: "toInform", icon: IconUserQuestion, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/copies", component: lazy(() => import("./privacy/copies/CopiesPage")), staticData: { nav: { name: "copies", icon: IconPackageExport, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/certificates", component: lazy(() => import("./privacy/certificates/Certificates")), staticData: { nav: { name: "certificates", icon: IconCertificate, section: "privacy", right: "privacyDesk" } } }),
  createRoute({ ...inShell, path: "/privacy/certificates/$id", component: lazy(() => import("./privacy/certificates/Certificate")), staticData: { shows: "erasure" } }),
  createRoute({ ...inShell, path: "/settings/workspace", component: lazy(() => import("./settings/workspace/WorkspaceSettings")), staticData: { nav: { name: "workspace", icon: IconBuildingCommunity, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/members", component: lazy(() => import("./settings/members/Members")), staticData: { nav: { name: "members", icon: IconUsersGroup, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/keys", component: lazy(() => import("./settings/keys/Keys")), staticData: { nav: { name: "keys", icon: IconKey, section: "settings", right: "administer" } } }),
  createRoute({ ...inShell, path: "/settings/purposes", component: lazy(() => import("./settings/purposes/Purposes")), staticData: { nav: { name: "purposes", icon: IconTarget, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/purposes/$id", component: lazy(() => import("./settings/purposes/PurposePage")), staticData: { shows: "purpose" } }),
  createRoute({ ...inShell, path: "/settings/fields", component: lazy(() => import("./settings/fields/Fields")), staticData: { nav: { name: "fields", icon: IconInputSpark, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/pipelines", component: lazy(() => import("./settings/pipelines/Pipelines")), staticData: { nav: { name: "pipelines", icon: IconColumns3, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/tags", component: lazy(() => import("./settings/tags/Tags")), staticData: { nav: { name: "tags", icon: IconTags, section: "settings" } } }),
  createRoute({ ...inShell, path: "/settings/mail", component: lazy(() => import("./settings/mail/Mail")), staticData: { nav: { name: "mail", icon: IconMailCog, section: "settings" } } }),
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
