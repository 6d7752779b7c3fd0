import { Button, Group, Skeleton, TextInput } from "@mantine/core";
import { IconPlus, IconVocabulary } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { currentLanguage, languages, type Language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { DeskPage } from "../parts/DeskPage";
import classes from "../parts/parts.module.css";
import { Row } from "../parts/Row";
import { categories } from "./categories";
import { useQuarantineTabs } from "./tabs";

const WORDS = graphql(`query SpecialWords { specialWords { id category language word createdAt } }`);
const ADD = graphql(`
  mutation AddSpecialWord($input: AddSpecialWordInput!) {
    addSpecialWord(input: $input) { specialWord { id category language word createdAt } userErrors { code field message } }
  }
`);
const REMOVE = graphql(`
  mutation RemoveSpecialWord($input: RemoveSpecialWordInput!) { removeSpecialWord(input: $input) { userErrors { code field message } } }
`);

/** The workspace's own words for special categories of data. */
export default function Words() {
  const { t } = useTranslation("privacy/quarantine");
  const shared = useTranslation("privacy").t;
  const format = useFormat();
  const [result, again] = useQuery({ query: WORDS });
  const [adding, setAdding] = useState(false);
  const [add] = useAct(ADD);
  const [remove] = useAct(REMOVE);
  const tabs = useQuarantineTabs();
  const afresh = () => again({ requestPolicy: "network-only" });
  useFresh(again, ["special_word."]);
  const open = () => setAdding(true);
  useCommands([{ id: "add-special-word", label: t("word.add"), icon: IconPlus, run: open }]);

  async function drop(word: { id: string; category: (typeof categories)[number] | null; language: string; word: string }) {
    const done = await remove({ input: { specialWordId: word.id } });
    if (!done.ok) return;
    afresh();
    const { category, language } = word;
    tell.done(t("word.removed", { word: word.word }), category ? { undo: async () => ((await add({ input: { category, language, word: word.word } })), afresh()) } : {});
  }

  return (
    <DeskPage
      title={t("title")}
      about={t("word.about")}
      tabs={tabs}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("word.add")}
        </Button>
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={160} />}>
        {({ specialWords }) =>
          specialWords.length ? (
            <div className={classes.list} role="list" aria-label={t("tab.words")}>
              {specialWords.map((word) => (
                <div role="listitem" key={word.id}>
                  <Row
                    title={<bdi lang={word.language}>{word.word}</bdi>}
                    detail={[word.category && t(`category.${word.category}`), shared(`language.${word.language}`), format.date(word.createdAt)].filter(Boolean).join(" · ")}
                    end={
                      <Button size="xs" variant="default" onClick={() => void drop(word)} aria-label={t("word.removeOf", { word: word.word })}>
                        {t("word.remove")}
                      </Button>
                    }
                  />
                </div>
              ))}
            </div>
          ) : (
            <Empty icon={IconVocabulary} title={t("word.none")}>
              {t("word.noneWhy")}
            </Empty>
          )
        }
      </Answer>
      {adding && <AddWord close={() => setAdding(false)} added={afresh} />}
    </DeskPage>
  );
}

function AddWord({ close, added }: { close: () => void; added: () => void }) {
  const { t } = useTranslation("privacy/quarantine");
  const shared = useTranslation("privacy").t;
  const [add] = useAct(ADD);
  const [word, setWord] = useState("");
  const [language, setLanguage] = useState<Language>(currentLanguage);
  const [category, setCategory] = useState<(typeof categories)[number]>("HEALTH");
  async function submit() {
    const done = await add({ input: { word, language, category } }, { quiet: true });
    if (done.ok) {
      tell.done(t("word.added"));
      added();
    }
    return done;
  }
  return (
    <ActDialog title={t("word.add")} about={t("word.addAbout")} action={t("word.add")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <TextInput label={t("word.word")} description={t("word.wordWhy")} required data-autofocus value={word} onChange={(event) => setWord(event.currentTarget.value)} error={wrong("word")} />
          <Group grow align="flex-start">
            <Choice label={t("word.language")} of={languages} named={(one) => shared(`language.${one}`)} value={language} onChange={(one) => one && setLanguage(one)} error={wrong("language")} />
            <Choice label={t("word.category")} of={categories} named={(one) => t(`category.${one}`)} value={category} onChange={(one) => one && setCategory(one)} error={wrong("category")} />
          </Group>
        </>
      )}
    </ActDialog>
  );
}
