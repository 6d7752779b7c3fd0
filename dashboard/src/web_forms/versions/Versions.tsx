import { Badge, Button, Code, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql } from "../../kit/client/graphql";
import { Ago } from "../../kit/format/Ago";
import { useFresh } from "../../kit/live/use_journal";
import { Empty } from "../../kit/shell/Empty";
import type { Around } from "../form_query";
import { changes } from "../model/changes";
import { DEFINITION, fromApi, type Model } from "../model/model";
import { ChangeList } from "../publish/ChangeList";
import classes from "../web_forms.module.css";

const VERSIONS = graphql(
  `query FormVersions($id: ID!) { form(id: $id) { id versions { id number sha256 publishedAt definition { ...Definition } } } }`,
  [DEFINITION],
);

interface Props {
  formId: string;
  around: Around;
  publishedId?: string;
  readOnly: boolean;
  /** Makes a version the draft again. */
  takeUp: (model: Omit<Model, "name">, number: number) => void;
}

/** Every version that visitors saw, what each changed, and the way back to one. */
export function Versions({ formId, around, publishedId, readOnly, takeUp }: Props) {
  const { t } = useTranslation("web_forms");
  const [result, again] = useQuery({ query: VERSIONS, variables: { id: formId } });
  useFresh(again, ["form."]);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={120} />}>
      {({ form }) => {
        const versions = form?.versions ?? [];
        if (!versions.length) {
          return (
            <Empty icon={IconHistory} title={t("versions.none")}>
              {t("versions.noneAbout")}
            </Empty>
          );
        }
        return (
          <Stack gap="sm" component="ol" p={0} m={0} maw={820} style={{ listStyle: "none" }}>
            {versions.map((version, at) => {
              const before = versions[at + 1];
              const model = fromApi("", version.definition);
              const differences = before ? changes(fromApi("", before.definition), model) : [];
              return (
                <li key={version.id} className={classes.card}>
                  <Group justify="space-between" gap="xs">
                    <Group gap="xs">
                      <Text fw={600}>{t("versions.number", { number: version.number })}</Text>
                      {version.id === publishedId && (
                        <Badge variant="light" tt="none">
                          {t("versions.current")}
                        </Badge>
                      )}
                      <Text size="sm" c="dimmed" component="span">
                        <Ago at={version.publishedAt} />
                      </Text>
                    </Group>
                    {!readOnly && (
                      <Button size="xs" variant="default" onClick={() => takeUp(model, version.number)}>
                        {t("versions.takeUp")}
                      </Button>
                    )}
                  </Group>
                  <Text size="xs" c="dimmed" mb={6}>
                    SHA-256 <Code style={{ wordBreak: "break-all" }}>{version.sha256}</Code>
                  </Text>
                  {!before && <Text size="sm">{t("versions.first")}</Text>}
                  {before && !differences.length && <Text size="sm">{t("versions.same")}</Text>}
                  {differences.length > 0 && <ChangeList changes={differences} around={around} />}
                </li>
              );
            })}
          </Stack>
        );
      }}
    </Answer>
  );
}
