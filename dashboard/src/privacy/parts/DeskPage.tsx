import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../kit/session/viewer";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import classes from "./parts.module.css";

interface Props {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** The pages beside this one: path and name. */
  tabs?: { path: string; label: string }[];
  children: ReactNode;
}

/** A page of the privacy desk. Who may not use it reads who may, instead of a broken screen. */
export function DeskPage({ title, about, actions, tabs, children }: Props) {
  const { t } = useTranslation("privacy");
  const may = useMay("privacyDesk");
  if (!may) {
    return (
      <Page title={title}>
        <Empty icon={IconLock} title={t("locked.title")}>
          {t("locked.why")}
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={title} about={about} actions={actions}>
      {tabs && (
        <nav className={classes.tabs} aria-label={title}>
          {tabs.map(({ path, label }) => (
            <Link key={path} to={path as "/"} className={classes.tab} activeOptions={{ exact: true }}>
              {label}
            </Link>
          ))}
        </nav>
      )}
      {children}
    </Page>
  );
}
