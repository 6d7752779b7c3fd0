import { ActionIcon, Menu } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconDots, IconEraser, IconGavel, IconLock, IconPrinter } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { tell } from "../kit/dialogs/notify";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import type { Person } from "./page";
import { ARCHIVE, RESTORE } from "./privacy/documents";
import { fullName } from "./row";

const Restrict = lazy(async () => ({ default: (await import("./privacy/Restrict")).Restrict }));
const Erase = lazy(async () => ({ default: (await import("./privacy/Erase")).Erase }));
const LogRequest = lazy(async () => ({ default: (await import("./privacy/LogRequest")).LogRequest }));

/** What can be done with a person as a whole: archive, and what leads to the privacy desk. */
export function ContactMenu({ person, changed }: { person: Person; changed: () => void }) {
  const { t } = useTranslation("contacts");
  const [open, setOpen] = useState<"restrict" | "erase" | "request">();
  const may = useMay("changeContacts");
  const desk = useMay("privacyDesk");
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const input = { contactId: person.id };
  const name = fullName(person);
  const close = () => setOpen(undefined);

  async function toggle() {
    const { archivedAt } = person;
    const done = await (archivedAt ? restore({ input }) : archive({ input }));
    if (done.ok) tell.done(t(archivedAt ? "archive.restored" : "archive.done"), { undo: () => (archivedAt ? archive({ input }) : restore({ input })) });
  }

  const acts = [
    ...(desk ? [{ id: "request", label: t("request.open"), icon: IconGavel, run: () => setOpen("request") }] : []),
    ...(desk && !person.restrictedAt ? [{ id: "restrict", label: t("restrict.open"), icon: IconLock, run: () => setOpen("restrict") }] : []),
    { id: "print", label: t("print"), icon: IconPrinter, run: () => window.print() },
    ...(may && !person.restrictedAt ? [{ id: "archive", label: t(person.archivedAt ? "archive.restore" : "archive.open"), icon: person.archivedAt ? IconArchiveOff : IconArchive, run: () => void toggle() }] : []),
    ...(desk ? [{ id: "erase", label: t("erase.open"), icon: IconEraser, danger: true, run: () => setOpen("erase") }] : []),
  ];
  useCommands(acts.map((act) => ({ ...act, id: `contact.${act.id}` })));

  return (
    <>
      <Menu position="bottom-end" width={250} withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("menu")}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {acts.map(({ id, label, icon: Icon, run, ...act }) => (
            <Menu.Item key={id} color={"danger" in act ? "red" : undefined} leftSection={<Icon size={16} aria-hidden />} onClick={run}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {open === "restrict" && <Restrict contactId={person.id} name={name} close={close} done={changed} />}
        {open === "erase" && <Erase contactId={person.id} name={name} close={close} />}
        {open === "request" && <LogRequest contactId={person.id} name={name} close={close} />}
      </Suspense>
    </>
  );
}
