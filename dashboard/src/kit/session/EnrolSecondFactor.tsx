import { Button, Code, Image, List, PasswordInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../client/act";
import { graphql } from "../client/graphql";
import { CodeInput } from "./CodeInput";

const BEGIN = graphql(`
  mutation BeginSecondFactor($input: BeginSecondFactorInput!) {
    beginSecondFactor(input: $input) { secret qrSvg userErrors { code field message } }
  }
`);
const CONFIRM = graphql(`
  mutation ConfirmSecondFactor($input: SecondFactorCodeInput!) {
    confirmSecondFactor(input: $input) { recoveryCodes session { id } userErrors { code field message } }
  }
`);

/** Password, picture to scan, first code, recovery codes: `done` once the codes were kept. */
export function EnrolSecondFactor({ done }: { done: () => void }) {
  const { t } = useTranslation("kit");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const [secret, setSecret] = useState<{ text: string; picture: string }>();
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>();
  const [begin, beginning] = useAct(BEGIN);
  const [confirm, confirming] = useAct(CONFIRM);

  async function start(event: FormEvent) {
    event.preventDefault();
    const begun = await begin({ input: { password } });
    if (!begun.ok) return setProblem(begun.problems[0]?.message);
    const { secret: text, qrSvg } = begun.data.beginSecondFactor;
    setProblem(undefined);
    setPassword("");
    setSecret({ text: text ?? "", picture: `data:image/svg+xml,${encodeURIComponent(qrSvg ?? "")}` });
  }

  async function finish(event: FormEvent) {
    event.preventDefault();
    const confirmed = await confirm({ input: { code } });
    if (!confirmed.ok) return setProblem(confirmed.problems[0]?.message);
    setRecoveryCodes(confirmed.data.confirmSecondFactor.recoveryCodes ?? []);
  }

  if (recoveryCodes) return <Recovery codes={recoveryCodes} done={done} />;
  if (secret) {
    return (
      <form onSubmit={finish}>
        <Stack>
          <Text size="sm">{t("enrol.scan")}</Text>
          <Image src={secret.picture} alt={t("enrol.picture")} w={200} h={200} bg="white" radius="sm" mx="auto" />
          <Text size="sm">{t("enrol.type")}</Text>
          <Code block>{secret.text}</Code>
          <CodeInput value={code} onChange={setCode} error={problem} autoFocus onlyApp />
          <Button type="submit" loading={confirming}>
            {t("enrol.confirm")}
          </Button>
        </Stack>
      </form>
    );
  }
  return (
    <form onSubmit={start}>
      <Stack>
        <PasswordInput
          label={t("enrol.password")}
          description={t("enrol.passwordWhy")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={problem}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          data-autofocus
          required
        />
        <Button type="submit" loading={beginning}>
          {t("enrol.begin")}
        </Button>
      </Stack>
    </form>
  );
}

function Recovery({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useTranslation("kit");
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(codes.join("\n"))}`;
  return (
    <Stack>
      <Text size="sm">{t("enrol.recovery")}</Text>
      <List listStyleType="none" ff="monospace" size="sm">
        {codes.map((code) => (
          <List.Item key={code}>{code}</List.Item>
        ))}
      </List>
      <Button component="a" href={file} download="accord-recovery-codes.txt" variant="default">
        {t("enrol.download")}
      </Button>
      <Button onClick={done}>{t("enrol.kept")}</Button>
    </Stack>
  );
}
