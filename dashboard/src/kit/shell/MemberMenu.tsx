import { ActionIcon, Avatar, Menu, Text, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { IconDevices, IconKeyboard, IconLogout, IconUser } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { chooseLanguage, language, languages, type Language } from "../i18n/language";
import { useSignOut } from "../session/sign_out";
import { useViewer } from "../session/viewer";
import { useStore } from "../store";
import { singleKeys, switchSingleKeys } from "./shortcuts";

const themes: MantineColorScheme[] = ["light", "dark", "auto"];

/** Language, theme, sessions, sign out. */
export default function MemberMenu({ help }: { help: () => void }) {
  const { t } = useTranslation("kit");
  const { member, role } = useViewer();
  const { history } = useRouter();
  const chosen = useStore(language);
  const single = useStore(singleKeys);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const name = member?.name ?? t(`role.${role}`);
  return (
    <Menu position="bottom-end" width={250} withinPortal>
      <Menu.Target>
        <ActionIcon variant="transparent" size={34} radius="xl" aria-label={t("member.menu", { name })}>
          <Avatar color="accent" size={32} radius="xl" alt="">
            <IconUser size={18} stroke={1.6} aria-hidden />
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" component="div" truncate>
            {name}
          </Text>
          <div>{t(`role.${role}`)}</div>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t("member.language")}</Menu.Label>
        <Menu.RadioGroup value={chosen} onChange={(one) => chooseLanguage(one as Language)}>
          {languages.map((one) => (
            <Menu.RadioItem key={one} value={one} lang={one}>
              {t(`language.${one}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t("member.theme")}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(one) => setColorScheme(one as MantineColorScheme)}>
          {themes.map((one) => (
            <Menu.RadioItem key={one} value={one}>
              {t(`theme.${one}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconDevices size={16} aria-hidden />} onClick={() => history.push("/settings/sessions")}>
          {t("nav.sessions")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={help}>
          {t("shortcuts.title")}
        </Menu.Item>
        <Menu.CheckboxItem checked={single} onChange={switchSingleKeys}>
          {t("shortcuts.single")}
        </Menu.CheckboxItem>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {t("member.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
