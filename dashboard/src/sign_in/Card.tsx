import { Anchor, Center, Group, Image, Paper, Stack, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import icon from "../kit/icon.svg";
import { chooseLanguage, language, languages } from "../kit/i18n/language";
import { useStore } from "../kit/store";

/** The frame of the pages before the shell. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation("kit");
  const chosen = useStore(language);
  useEffect(() => {
    document.title = `${title} · Accord`;
  }, [title]);
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--accord-side)">
      <Stack w="100%" maw={400}>
        <Paper withBorder p="xl" radius="lg">
          <Stack>
            <Group gap="sm">
              <Image src={icon} alt="" w={28} h={28} />
              <Title order={1}>{title}</Title>
            </Group>
            {children}
          </Stack>
        </Paper>
        <Group justify="center" gap="md">
          {languages.map((one) => (
            <Anchor key={one} component="button" type="button" size="sm" lang={one} fw={one === chosen ? 600 : 400} aria-pressed={one === chosen} onClick={() => chooseLanguage(one)}>
              {t(`language.${one}`)}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </Center>
  );
}
