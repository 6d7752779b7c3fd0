import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { useFailureText } from "../kit/client/failure_text";
import { recall, remember } from "../kit/remembered";
import { CodeInput } from "../kit/session/CodeInput";
import { Card } from "./Card";
import { Forgotten } from "./Forgotten";

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { outcome member { id } userErrors { code field message } }
  }
`);

/**
 * Workspace, address and password, then the code of the second factor. It stands at the path that was asked for, which
 * is there once the person is in.
 */
export default function SignIn({ again, signedIn }: { again: boolean; signedIn: () => void }) {
  const { t } = useTranslation("sign_in");
  const failureText = useFailureText();
  const [workspace, setWorkspace] = useState(() => named() ?? recall("workspace") ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [forgotten, setForgotten] = useState(false);
  const [signIn, running] = useAct(SIGN_IN);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(undefined);
    const input = { workspace: workspace.trim(), email: email.trim(), password, code: code?.trim() || undefined };
    const done = await signIn({ input }, { quiet: true });
    if (done.ok && done.data.signIn.outcome === "SIGNED_IN") {
      remember("workspace", workspace.trim());
      signedIn();
    } else if (done.ok) setCode("");
    else if (done.failure) setProblem(failureText(done.failure));
    else setProblem(t(code === undefined ? "refused" : "refusedCode"));
  }

  if (forgotten) return <Forgotten workspace={workspace} email={email} back={() => setForgotten(false)} />;
  return (
    <Card title={t("title")}>
      <form onSubmit={submit}>
        <Stack>
          {again && <Alert color="yellow">{t("again")}</Alert>}
          {problem && (
            <Alert role="alert" color="red">
              {problem}
            </Alert>
          )}
          {code === undefined ? (
            <>
              <TextInput
                label={t("workspace")}
                description={t("workspaceHelp")}
                value={workspace}
                onChange={(event) => setWorkspace(event.currentTarget.value)}
                autoComplete="organization"
                autoCapitalize="none"
                spellCheck={false}
                required
                autoFocus={!workspace}
              />
              <TextInput
                label={t("email")}
                type="email"
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                autoComplete="username"
                required
                autoFocus={workspace !== "" && !email}
              />
              <PasswordInput
                label={t("password")}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                autoComplete="current-password"
                visibilityToggleButtonProps={{ "aria-label": t("kit:showPassword") }}
                required
              />
            </>
          ) : (
            <>
              <Text size="sm">{t("secondFactor")}</Text>
              <CodeInput value={code} onChange={setCode} autoFocus />
            </>
          )}
          <Button type="submit" loading={running}>
            {t(code === undefined ? "signIn" : "confirmCode")}
          </Button>
          {code === undefined ? (
            <Anchor component="button" type="button" size="sm" onClick={() => setForgotten(true)}>
              {t("forgotten.link")}
            </Anchor>
          ) : (
            <Anchor component="button" type="button" size="sm" onClick={() => (setCode(undefined), setPassword(""))}>
              {t("otherAccount")}
            </Anchor>
          )}
        </Stack>
      </form>
    </Card>
  );
}

/** The workspace that the page behind an invitation or a new password leads to. */
function named() {
  return new URLSearchParams(location.search).get("workspace");
}
