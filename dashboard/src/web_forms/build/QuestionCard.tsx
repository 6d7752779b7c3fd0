import { ActionIcon, Badge, Menu, Text, UnstyledButton } from "@mantine/core";
import type { DraggableProvided } from "@hello-pangea/dnd";
import { IconArrowDown, IconArrowUp, IconChevronRight, IconCopy, IconDots, IconGripVertical, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../kit/store";
import { language } from "../../kit/i18n/language";
import { anyText, type Question } from "../model/model";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { kindIcons } from "./kinds";
import { QuestionBody } from "./QuestionBody";

interface Props {
  question: Question;
  at: number;
  last: boolean;
  drag: DraggableProvided;
  dragging: boolean;
  opened: boolean;
  toggle: () => void;
  change: (about: string, part: Partial<Question>) => void;
  move: (to: number) => void;
  copy: () => void;
  remove: () => void;
}

/** One question: a row that opens, is dragged by its handle, and moved or removed from its menu. */
export function QuestionCard({ question, at, last, drag, dragging, opened, toggle, change, move, copy, remove }: Props) {
  const { t } = useTranslation("web_forms");
  const { readOnly, wrong, model } = useEditor();
  const ours = useStore(language);
  const Icon = kindIcons[question.kind];
  const name = anyText(question.label, model.languages.includes(ours) ? ours : (model.languages[0] ?? "en")) || t("question.unnamed", { key: question.key });
  const bad = wrong(`fields.${at}`);
  const look = [classes.question, dragging && classes.dragged, bad && classes.wrong].filter(Boolean).join(" ");
  return (
    <li className={look} ref={drag.innerRef} {...drag.draggableProps}>
      <div className={classes.row}>
        <div className={classes.grip} {...drag.dragHandleProps} aria-label={t("question.drag", { name })} hidden={readOnly}>
          <IconGripVertical size={16} aria-hidden />
        </div>
        <UnstyledButton className={classes.open} onClick={toggle} aria-expanded={opened} data-question={question.key}>
          <Icon size={17} stroke={1.6} aria-hidden style={{ flex: "none" }} />
          <span className={classes.name}>{name}</span>
          <Text span size="xs" c="dimmed" visibleFrom="xs" style={{ whiteSpace: "nowrap" }}>
            {t(`kind.${question.kind}`)}
          </Text>
          {question.required && (
            <Badge size="sm" variant="light" color="gray" tt="none" c="var(--mantine-color-text)">
              {t("question.requiredBadge")}
            </Badge>
          )}
          {bad && (
            <Badge size="sm" variant="light" color="red" tt="none" c="var(--mantine-color-error)">
              {t("question.incomplete")}
            </Badge>
          )}
          <IconChevronRight size={15} aria-hidden style={{ marginInlineStart: "auto", flex: "none", transform: opened ? "rotate(90deg)" : undefined }} />
        </UnstyledButton>
        {!readOnly && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t("question.menu", { name })}>
                <IconDots size={17} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowUp size={15} aria-hidden />} disabled={at === 0} onClick={() => move(at - 1)}>
                {t("question.up")}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowDown size={15} aria-hidden />} disabled={last} onClick={() => move(at + 1)}>
                {t("question.down")}
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} disabled={question.kind === "EMAIL"} onClick={copy}>
                {t("question.copy")}
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={15} aria-hidden />} color="red" c="var(--mantine-color-error)" onClick={remove}>
                {t("question.remove")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {opened && (
        <div className={classes.body}>
          <QuestionBody question={question} at={at} change={change} />
        </div>
      )}
    </li>
  );
}
