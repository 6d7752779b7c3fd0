import { AppShell, Box, Burger, Button, Kbd, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { confirmAsked } from "../dialogs/confirm";
import { stepUpAsked } from "../dialogs/step_up";
import { ConnectionBadge } from "../live/ConnectionBadge";
import { followJournal } from "../live/follow";
import { recall, remember } from "../remembered";
import { useViewer } from "../session/viewer";
import { useStore } from "../store";
import { paletteOpen } from "./commands";
import { Navigation } from "./Navigation";
import { ScreenSkeleton } from "./ScreenSkeleton";
import classes from "./shell.module.css";
import { usePlaces } from "./screens";
import { useShortcutKeys, useShortcuts, written } from "./shortcuts";
import { useUnsavedGuard } from "./unsaved";

const ConfirmDialog = lazy(() => import("../dialogs/ConfirmDialog"));
const MemberMenu = lazy(() => import("./MemberMenu"));
const NavigationDrawer = lazy(() => import("./NavigationDrawer"));
const Palette = lazy(() => import("./Palette"));
const ShortcutHelp = lazy(() => import("./ShortcutHelp"));
const StepUpDialog = lazy(() => import("../dialogs/StepUpDialog"));

/** What stands around every screen. */
export function Shell() {
  const { t } = useTranslation("kit");
  const client = useClient();
  const { workspace } = useViewer();
  const [drawer, { open, close }] = useDisclosure();
  const [narrow, setNarrow] = useState(recall("sidebar") === "narrow");
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const main = useRef<HTMLElement>(null);
  const searching = useStore(paletteOpen);
  const [helping, help] = useDisclosure();
  const stepUp = useStore(stepUpAsked);
  const question = useStore(confirmAsked);

  useEffect(() => followJournal(client), [client]);
  useShortcutKeys();
  useUnsavedGuard();
  useGoTo();
  useShortcuts([
    { keys: "mod+k", label: t("palette.open"), run: () => paletteOpen.set(true) },
    { keys: "/", label: t("palette.open"), run: () => paletteOpen.set(true) },
    { keys: "?", label: t("shortcuts.title"), run: help.open },
    { keys: "[", label: t("sidebar.toggle"), run: () => toggle() },
  ]);
  useFocusOnArrival(main, close);

  function toggle() {
    setNarrow(!narrow);
    remember("sidebar", narrow ? "wide" : "narrow");
  }

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: narrow ? 60 : 228, breakpoint: "sm", collapsed: { mobile: true } }}
      transitionDuration={0}
    >
      <a href="#main" className={classes.skip} onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {t("skip")}
      </a>
      <AppShell.Header className={classes.header}>
        <Burger opened={drawer} onClick={open} hiddenFrom="sm" size="sm" aria-label={t("sidebar.open")} aria-expanded={drawer} />
        <Text fw={600} truncate className={classes.workspace}>
          {workspace.name}
        </Text>
        <Button
          variant="default"
          size="xs"
          className={classes.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={phone ? undefined : <Kbd size="xs" aria-hidden>{written("mod+k")[0]?.join(" ")}</Kbd>}
          onClick={() => paletteOpen.set(true)}
          aria-keyshortcuts="Control+K Meta+K"
          justify="space-between"
          styles={{ label: { flex: 1 } }}
        >
          {t("palette.button")}
        </Button>
        <ConnectionBadge />
        <Suspense fallback={<Box w={34} h={34} />}>
          <MemberMenu help={help.open} />
        </Suspense>
      </AppShell.Header>
      {!phone && (
        <AppShell.Navbar className={classes.navbar} aria-label={t("sidebar.label")}>
          <Navigation narrow={narrow} toggle={toggle} />
        </AppShell.Navbar>
      )}
      <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Suspense fallback={<ScreenSkeleton />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Suspense fallback={null}>
        {searching && <Palette />}
        {helping && <ShortcutHelp close={help.close} />}
        {stepUp && <StepUpDialog />}
        {question && <ConfirmDialog />}
        {drawer && <NavigationDrawer close={close} />}
      </Suspense>
      <Arrival />
    </AppShell>
  );
}

/** `g` and a letter lead to a screen. */
function useGoTo() {
  const { t } = useTranslation("kit");
  const { history } = useRouter();
  useShortcuts(
    usePlaces().flatMap(({ name, key, path }) =>
      key ? [{ keys: `g ${key}`, label: t("shortcuts.goTo", { place: t(`nav.${name}`) }), run: () => history.push(path) }] : [],
    ),
  );
}

/** After a navigation the keyboard begins at the new screen, not where the old one's link was. */
function useFocusOnArrival(main: { current: HTMLElement | null }, arrived: () => void) {
  // The screen, not the path: a panel that opens over its screen takes the focus itself.
  const path = useRouterState({ select: (state) => (state.resolvedLocation ? state.matches[1]?.id : undefined) });
  const last = useRef(path);
  useEffect(() => {
    if (path === last.current) return;
    if (last.current !== undefined) {
      main.current?.focus({ preventScroll: true });
      arrived();
    }
    last.current = path;
  }, [path, main, arrived]);
}

/** Says the new screen's title to screen readers. */
function Arrival() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const [title, setTitle] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setTitle(document.title), 300);
    return () => clearTimeout(timer);
  }, [path]);
  return <VisuallyHidden aria-live="polite">{title}</VisuallyHidden>;
}
