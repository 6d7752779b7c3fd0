import { Button, CopyButton, Modal, Stack, Text } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { Tag } from "../parts/Tag";
import classes from "../parts/parts.module.css";

export const COPY = graphql(`fragment Copy on Package { id kind state bytes sha256 createdAt builtAt expiresAt downloads requestId }`);
const COPIES = graphql(
  `query Copies($id: ID!) { packages(contactId: $id, first: 50) { nodes { ...Copy } } }`,
  [COPY],
);
const LINK = graphql(
  `
    mutation MakePackageLink($input: MakePackageLinkInput!) {
      makePackageLink(input: $input) { url package { ...Copy } userErrors { code field message } }
    }
  `,
  [COPY],
);
export type Copy = ResultOf<typeof COPY>;

/** Copies of a person's data, newest first, and the link that hands one over. */
export function CopyList({ contactId, only = () => true }: { contactId: string; only?: (copy: Copy) => boolean }) {
  const { t } = useTranslation("privacy/copies");
  const [result, again] = useQuery({ query: COPIES, variables: { id: contactId } });
  const [url, setUrl] = useState<string>();
  useFresh(again, ["package."]);
  return (
    <Answer of={result} again={again} skeleton={<Text size="sm">…</Text>}>
      {({ packages }) => {
        const shown = packages.nodes.filter(only);
        if (!shown.length) {
          return (
            <Text size="sm" c="dimmed">
              {t("none")}
            </Text>
          );
        }
        return (
          <Stack gap="md">
            {shown.map((copy) => (
              <One key={copy.id} copy={copy} linked={setUrl} />
            ))}
            {url && <LinkDialog url={url} close={() => setUrl(undefined)} />}
          </Stack>
        );
      }}
    </Answer>
  );
}

function One({ copy, linked }: { copy: Copy; linked: (url: string) => void }) {
  const { t } = useTranslation("privacy/copies");
  const format = useFormat();
  const [make, making] = useAct(LINK);
  async function link() {
    if (!(await confirm({ title: t("link.title"), body: t("link.body"), action: t("link.action") }))) return;
    const done = await make({ input: { packageId: copy.id } });
    if (done.ok && done.data.makePackageLink.url) linked(done.data.makePackageLink.url);
  }
  return (
    <div>
      <Text size="sm" fw={500} component="div">
        {t(`kind.${copy.kind}`)}{" "}
        <Tag size="sm" tone={copy.state === "READY" ? "good" : copy.state === "BUILDING" ? "active" : "calm"}>
          {t(`state.${copy.state}`)}
        </Tag>
      </Text>
      <Text size="xs" c="dimmed">
        {t("ordered", { at: format.moment(copy.createdAt) })}
        {copy.bytes > 0 && ` · ${size(copy.bytes, format.number)}`}
        {copy.state === "READY" && ` · ${t("until", { at: format.moment(copy.expiresAt) })}`}
        {` · ${t("downloads", { count: copy.downloads })}`}
      </Text>
      {copy.sha256 && <div className={classes.mono}>SHA-256 {copy.sha256}</div>}
      {copy.state === "READY" && (
        <Button size="xs" variant="default" mt={6} loading={making} leftSection={<IconLink size={14} aria-hidden />} onClick={() => void link()}>
          {t("link.make")}
        </Button>
      )}
    </div>
  );
}

function LinkDialog({ url, close }: { url: string; close: () => void }) {
  const { t } = useTranslation("privacy/copies");
  const kit = useTranslation("kit").t;
  return (
    <Modal opened onClose={close} title={t("link.made")} closeButtonProps={{ "aria-label": kit("close") }} closeOnClickOutside={false}>
      <Stack>
        <Text size="sm">{t("link.madeWhy")}</Text>
        <div className={classes.mono}>{url}</div>
        <CopyButton value={url}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? t("link.copied") : t("link.copy")}</Button>}
        </CopyButton>
      </Stack>
    </Modal>
  );
}

const size = (bytes: number, number: (value: number) => string) => (bytes < 1_024 ? `${number(bytes)} B` : `${number(Math.round(bytes / 1_024))} KiB`);
