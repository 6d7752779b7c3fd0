import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./kit/page.css";
import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense, lazy } from "react";
import { createRoot } from "react-dom/client";
import { ClientProvider } from "./kit/client/ClientProvider";
import { setUpLanguages } from "./kit/i18n/set_up";
import { nonce } from "./kit/nonce";
import { SessionGate } from "./kit/session/SessionGate";
import { theme, variables } from "./kit/theme";
import { router } from "./routes";

const SignIn = lazy(() => import("./sign_in/SignIn"));
const Enrol = lazy(() => import("./sign_in/Enrol"));
const scheme = localStorageColorSchemeManager({ key: "accord.theme" });

await setUpLanguages();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} colorSchemeManager={scheme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" limit={4} />
      <ClientProvider>
        <Suspense fallback={null}>
          <SessionGate SignIn={SignIn} Enrol={Enrol}>
            <RouterProvider router={router} />
          </SessionGate>
        </Suspense>
      </ClientProvider>
    </MantineProvider>
  </StrictMode>,
);
