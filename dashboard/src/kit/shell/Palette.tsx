import { Kbd, Modal, ScrollArea, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowRight, IconBuilding, IconCoin, IconSearch, IconUser, type Icon } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql, type ResultOf } from "../client/graphql";
import { useStore } from "../store";
import { commands, paletteOpen } from "./commands";
import { fold } from "./fold";
import classes from "./shell.module.css";
import { usePathOf, usePlaces } from "./screens";
import { written } from "./shortcuts";

const FIND = graphql(`
  query Palette($text: String!) {
    searchHits(query: $text, first: 8) {
      hits {
        node {
          __typename
          id
          ... on Contact { givenName familyName companyName }
          ... on Company { name domain }
          ... on Deal { title stage { id name } }
        }
      }
    }
  }
`);

interface Option {
  id: string;
  group: "found" | "commands" | "places";
  label: string;
  detail?: string;
  icon: Icon;
  keys?: string;
  run: () => void;
}

/** Finds people, companies and deals by the API's search, and everything that can be done here by name. */
export default function Palette() {
  const { t } = useTranslation("kit");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const base = useId();
  const { options, searching } = useOptions(text.trim());
  const close = () => paletteOpen.set(false);
  const current = Math.min(chosen, options.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [current]);

  function run(option: Option | undefined) {
    if (!option) return;
    close();
    option.run();
  }

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      setChosen((current + step + options.length) % options.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(options[current]);
    }
  }

  return (
    <Modal opened onClose={close} withCloseButton={false} size="lg" padding={8} yOffset="10vh" title={undefined} aria-label={t("palette.open")}>
      <TextInput
        data-autofocus
        value={text}
        onChange={(event) => (setText(event.currentTarget.value), setChosen(0))}
        onKeyDown={press}
        placeholder={t("palette.placeholder")}
        aria-label={t("palette.placeholder")}
        role="combobox"
        aria-expanded
        aria-controls={`${base}-list`}
        aria-activedescendant={options[current] ? `${base}-${current}` : undefined}
        aria-autocomplete="list"
        leftSection={<IconSearch size={16} aria-hidden />}
        variant="unstyled"
        size="md"
      />
      <VisuallyHidden role="status">{searching ? "" : t("palette.count", { count: options.length })}</VisuallyHidden>
      <ScrollArea.Autosize mah="55vh" viewportRef={list}>
        <div id={`${base}-list`} role="listbox" aria-label={t("palette.results")}>
          {options.map((option, index) => (
            <div key={option.id} role="presentation">
              {option.group !== options[index - 1]?.group && (
                <div className={classes.groupName} role="presentation">
                  {t(`palette.group.${option.group}`)}
                </div>
              )}
              <div
                id={`${base}-${index}`}
                role="option"
                aria-selected={index === current}
                className={classes.option}
                onMouseMove={() => setChosen(index)}
                onClick={() => run(option)}
              >
                <option.icon size={17} stroke={1.6} aria-hidden />
                <Text size="sm" truncate>
                  {option.label}
                </Text>
                {option.detail && (
                  <Text size="sm" c="dimmed" truncate>
                    {option.detail}
                  </Text>
                )}
                {option.keys && (
                  <Text span ml="auto" style={{ whiteSpace: "nowrap" }}>
                    {written(option.keys).flat().map((key) => (
                      <Kbd size="xs" key={key} ml={4}>
                        {key}
                      </Kbd>
                    ))}
                  </Text>
                )}
              </div>
            </div>
          ))}
        </div>
        {!options.length && (
          <Text c="dimmed" size="sm" p="md">
            {searching ? t("palette.searching") : t("palette.nothing")}
          </Text>
        )}
      </ScrollArea.Autosize>
    </Modal>
  );
}

function useOptions(text: string): { options: Option[]; searching: boolean } {
  const { t } = useTranslation("kit");
  const { history } = useRouter();
  const places = usePlaces();
  const pathOf = usePathOf();
  const registered = useStore(commands);
  const [asked] = useDebouncedValue(text, 120);
  const pause = asked.length < 2;
  const [{ data, fetching }] = useQuery({ query: FIND, variables: { text: asked }, pause });
  const fits = (words: string) => fold(text).split(/\s+/).every((word) => fold(words).includes(word));

  const found = (pause || text.length < 2 ? [] : (data?.searchHits.hits ?? [])).flatMap(({ node }): Option[] => {
    const path = pathOf(node.id);
    return path ? [{ ...described(node), id: node.id, group: "found", run: () => history.push(path) }] : [];
  });
  const acts = registered
    .filter(({ label, words }) => fits(`${label} ${words ?? ""}`))
    .map((one): Option => ({ ...one, group: "commands", icon: one.icon ?? IconArrowRight }));
  const goes = places
    .filter(({ name }) => fits(t(`nav.${name}`)))
    .map(({ name, path, icon, key }): Option => ({
      id: path,
      group: "places",
      label: t(`nav.${name}`),
      icon,
      keys: key && `g ${key}`,
      run: () => history.push(path),
    }));
  return { options: [...found, ...acts, ...goes], searching: text.length >= 2 && (fetching || asked !== text) };
}

type Hit = ResultOf<typeof FIND>["searchHits"]["hits"][number]["node"];

function described(node: Hit): { label: string; detail?: string; icon: Icon } {
  if (node.__typename === "Contact") {
    const label = [node.givenName, node.familyName].filter(Boolean).join(" ");
    return { label, detail: node.companyName ?? undefined, icon: IconUser };
  }
  if (node.__typename === "Company") return { label: node.name, detail: node.domain ?? undefined, icon: IconBuilding };
  if (node.__typename === "Deal") return { label: node.title, detail: node.stage.name, icon: IconCoin };
  return { label: node.id, icon: IconArrowRight };
}
