import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { Card } from "./Card";

const REQUEST = graphql(`
  mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) { requested }
  }
`);

/** Asks for the mail with which a new password is chosen. The answer is the same for every address. */
export function Forgotten({ back, ...known }: { workspace: string; email: string; back: () => void }) {
  const { t } = useTranslation("sign_in");
  const [workspace, setWorkspace] = useState(known.workspace);
  const [email, setEmail] = useState(known.email);
  const [sent, setSent] = useState(false);
  const [request, running] = useAct(REQUEST);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const done = await request({ input: { workspace: workspace.trim(), email: email.trim() } });
    setSent(done.ok);
  }

  return (
    <Card title={t("forgotten.title")}>
      <form onSubmit={submit}>
        <Stack>
          {sent ? (
            <Alert role="status">{t("forgotten.sent")}</Alert>
          ) : (
            <>
              <Text size="sm">{t("forgotten.what")}</Text>
              <TextInput label={t("workspace")} value={workspace} onChange={(event) => setWorkspace(event.currentTarget.value)} autoCapitalize="none" spellCheck={false} required autoFocus={!workspace} />
              <TextInput label={t("email")} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} autoComplete="username" required autoFocus={workspace !== ""} />
              <Button type="submit" loading={running}>
                {t("forgotten.send")}
              </Button>
            </>
          )}
          <Anchor component="button" type="button" size="sm" onClick={back}>
            {t("forgotten.back")}
          </Anchor>
        </Stack>
      </form>
    </Card>
  );
}
