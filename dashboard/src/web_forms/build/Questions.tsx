import { Button, Menu, Text } from "@mantine/core";
import { DragDropContext, Draggable, Droppable, type DropResult } from "@hello-pangea/dnd";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tell } from "../../kit/dialogs/notify";
import { nonce } from "../../kit/nonce";
import type { Kind, Question } from "../model/model";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { kindIcons, kinds, moved, newQuestion, once } from "./kinds";
import { QuestionCard } from "./QuestionCard";
import { Section } from "./Section";

/** The questions, in order: moved by dragging, by keyboard, or from their menu. */
export function Questions({ undo }: { undo: () => void }) {
  const { t } = useTranslation("web_forms");
  const { model, edit, readOnly, problem } = useEditor();
  const [opened, setOpened] = useState<string>();
  const { questions } = model;
  const set = (about: string, list: Question[]) => edit(about, { questions: list });

  function add(kind: Kind) {
    const question = newQuestion(kind, model.languages, questions);
    set(`add ${question.id}`, [...questions, question]);
    setOpened(question.id);
  }

  function remove(at: number) {
    set(`remove ${questions[at]?.id}`, questions.filter((_, other) => other !== at));
    tell.done(t("question.removed"), { undo });
  }

  function copy(at: number) {
    const original = questions[at]!;
    const fresh = newQuestion(original.kind, model.languages, questions);
    const question = { ...original, id: fresh.id, key: fresh.key, options: original.options.map((one) => ({ ...one, id: `${one.id}-${fresh.id}` })) };
    set(`copy ${fresh.id}`, questions.toSpliced(at + 1, 0, question));
    setOpened(fresh.id);
  }

  const move = (from: number, to: number) => set(`move ${questions[from]?.id}`, moved(questions, from, to));
  const drop = ({ source, destination }: DropResult) => {
    if (destination && destination.index !== source.index) move(source.index, destination.index);
  };

  return (
    <Section
      title={t("questions.title")}
      about={t("questions.about")}
      actions={!readOnly && <AddQuestion add={add} questions={questions} />}
    >
      {problem("fields") && (
        <Text c="var(--mantine-color-error)" size="sm" mb="xs">
          {problem("fields")}
        </Text>
      )}
      {!questions.length && (
        <Text size="sm" c="dimmed">
          {t("questions.none")}
        </Text>
      )}
      <DragDropContext onDragEnd={drop} nonce={nonce} dragHandleUsageInstructions={t("questions.howToMove")}>
        <Droppable droppableId="questions">
          {(place) => (
            <ul className={classes.questions} ref={place.innerRef} {...place.droppableProps}>
              {questions.map((question, at) => (
                <Draggable key={question.id} draggableId={question.id} index={at} isDragDisabled={readOnly}>
                  {(drag, { isDragging }) => (
                    <QuestionCard
                      question={question}
                      at={at}
                      last={at === questions.length - 1}
                      drag={drag}
                      dragging={isDragging}
                      opened={opened === question.id}
                      toggle={() => setOpened(opened === question.id ? undefined : question.id)}
                      change={(about, part) =>
                        set(`${question.id} ${about}`, questions.map((one) => (one.id === question.id ? { ...one, ...part } : one)))
                      }
                      move={(to) => move(at, to)}
                      copy={() => copy(at)}
                      remove={() => remove(at)}
                    />
                  )}
                </Draggable>
              ))}
              {place.placeholder}
            </ul>
          )}
        </Droppable>
      </DragDropContext>
    </Section>
  );
}

function AddQuestion({ add, questions }: { add: (kind: Kind) => void; questions: Question[] }) {
  const { t } = useTranslation("web_forms");
  const asked = new Set(questions.map(({ kind }) => kind));
  return (
    <Menu position="bottom-end" width={290}>
      <Menu.Target>
        <Button size="xs" variant="light" leftSection={<IconPlus size={15} aria-hidden />} data-testid="add-question">
          {t("questions.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflow: "auto" }}>
        {kinds.map((kind) => {
          const Icon = kindIcons[kind];
          return (
            <Menu.Item key={kind} leftSection={<Icon size={16} aria-hidden />} disabled={once.includes(kind) && asked.has(kind)} onClick={() => add(kind)}>
              {t(`kind.${kind}`)}
              <Text size="xs" c="dimmed">
                {t(`kindAbout.${kind}`)}
              </Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
