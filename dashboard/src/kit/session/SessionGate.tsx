import { Center, Loader } from "@mantine/core";
import { useEffect, useRef, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../client/Answer";
import { readAnew } from "../client/ClientProvider";
import { failureOf } from "../client/failure";
import { tell } from "../dialogs/notify";
import { suggestLanguage } from "../i18n/language";
import { useStore } from "../store";
import { session } from "./session";
import { VIEWER, ViewerContext, type Viewer } from "./viewer";

interface Props {
  /** Signs in and calls `signedIn`. `again`: the session ended while somebody was at work. */
  SignIn: ComponentType<{ again: boolean; signedIn: () => void }>;
  /** Leads through enrolling a second factor, which the workspace wants of this role. */
  Enrol: ComponentType<{ done: () => void }>;
  children: ReactNode;
}

/**
 * Lets in who is signed in, at whatever path they came to. When the session ends meanwhile, the page stays where it
 * is, out of reach behind the sign-in, with every unsaved edit.
 */
export function SessionGate({ SignIn, Enrol, children }: Props) {
  const state = useStore(session);
  const [result, again] = useQuery({ query: VIEWER, requestPolicy: "cache-and-network", pause: state === "out" });
  const known = useRef<Viewer>(undefined);
  const viewer = result.data?.viewer;
  useToldOfRights(viewer, known);

  useEffect(() => {
    if (!viewer || result.stale) return;
    if (state === "unknown") session.set("in");
    if (viewer.member) suggestLanguage(viewer.member.language);
  }, [viewer, result.stale, state]);

  function signedIn() {
    session.set("in");
    readAnew();
  }

  if (state === "out") return <SignIn again={false} signedIn={signedIn} />;
  const shown = viewer ?? known.current;
  const code = result.error && failureOf(result.error).code;
  // Who must enrol is refused everything else, most of this query too.
  const mustEnrol = state !== "over" && (code === "SECOND_FACTOR_REQUIRED" || shown?.mustEnrolSecondFactor === true);
  const enrol = mustEnrol && <Enrol done={() => readAnew()} />;
  if (!shown && enrol) return enrol;
  if (!shown && code && code !== "UNAUTHENTICATED") {
    return (
      <Center mih="100dvh" p="md">
        <Answer of={result} again={again} skeleton={null}>
          {() => null}
        </Answer>
      </Center>
    );
  }
  if (!shown) return state === "over" ? <SignIn again={false} signedIn={signedIn} /> : <Opening />;
  const covered = state === "over" || mustEnrol;
  return (
    <ViewerContext value={shown}>
      <div inert={covered} hidden={covered}>
        {children}
      </div>
      {state === "over" && <SignIn again signedIn={signedIn} />}
      {enrol}
    </ViewerContext>
  );
}

function Opening() {
  const { t } = useTranslation("kit");
  return (
    <Center mih="100dvh">
      <Loader type="dots" aria-label={t("opening")} />
    </Center>
  );
}

/** Tells when the role changed while the page is open; starts over when somebody else signed in. */
function useToldOfRights(viewer: Viewer | undefined, known: { current: Viewer | undefined }) {
  const { t } = useTranslation("kit");
  useEffect(() => {
    if (!viewer) return;
    const before = known.current;
    known.current = viewer;
    if (!before) return;
    if (before.member?.id !== viewer.member?.id || before.workspace.id !== viewer.workspace.id) location.reload();
    else if (before.role !== viewer.role) tell.failed(t("rightsChanged", { role: t(`role.${viewer.role}`) }));
  }, [viewer, known, t]);
}
