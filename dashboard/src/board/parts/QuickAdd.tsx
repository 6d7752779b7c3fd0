import { ActionIcon, Button, Group, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { inWords } from "../../kit/problems/in_words";
import { useUnsaved } from "../../kit/shell/unsaved";
import { useBoardContext } from "../context";
import { CREATE, type StageHead } from "../documents";
import { placed } from "../state/board";
import { countAgain } from "../state/room";
import { parseAmount } from "./parse_amount";
import classes from "./board.module.css";

/** Adds deals at the top of a stage, one after the other: Enter adds, Escape ends. */
export function QuickAdd({ stage, close }: { stage: StageHead; close: () => void }) {
  const { t } = useTranslation(["board", "kit"]);
  const { room } = useBoardContext();
  const [title, setTitle] = useState("");
  const [amount, setAmount] = useState("");
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [create, running] = useAct(CREATE);
  const field = useRef<HTMLInputElement>(null);
  // The same key until it is done: a repeat after a lost answer adds nothing twice.
  const key = useRef(crypto.randomUUID());
  useUnsaved(title.trim() !== "");

  async function add() {
    const minor = amount.trim() ? parseAmount(amount, room.currency) : undefined;
    if (!title.trim()) return setProblems({ title: t("add.titleMissing") });
    if (minor === null) return setProblems({ amount: t("amount.invalid") });
    setProblems({});
    const done = await create({
      input: { title: title.trim(), stageId: stage.id, idempotencyKey: key.current, ...(minor && { amount: { amountMinor: minor, currency: room.currency } }) },
    });
    if (!done.ok) {
      if (!done.failure) key.current = crypto.randomUUID();
      return setProblems(done.fields);
    }
    const { deal, notices } = done.data.createDeal;
    key.current = crypto.randomUUID();
    if (deal) {
      const { above, ...card } = deal;
      room.board.set((board) => placed(board, card, above?.id ?? null));
      countAgain(room);
    }
    if (notices.length) tell.done(notices.map(({ message }) => inWords(message) ?? message).join(" "));
    setTitle("");
    setAmount("");
    field.current?.focus();
  }

  function press(event: KeyboardEvent) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  }

  return (
    <form className={classes.add} onKeyDown={press} aria-label={t("add.here", { stage: stage.name })} onSubmit={(event) => (event.preventDefault(), void add())}>
      <TextInput
        ref={field}
        autoFocus
        size="sm"
        aria-label={t("field.title")}
        placeholder={t("add.title")}
        value={title}
        maxLength={300}
        error={problems.title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        dir="auto"
      />
      <Group gap={6} mt={6} wrap="nowrap" align="flex-start">
        <TextInput
          size="xs"
          flex={1}
          inputMode="decimal"
          aria-label={t("add.amountLabel", { currency: room.currency })}
          placeholder={t("add.amount")}
          rightSection={<span aria-hidden style={{ fontSize: 11 }}>{room.currency}</span>}
          value={amount}
          error={problems.amount ?? problems["amount.amountMinor"]}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={running}>
          {t("add.add")}
        </Button>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={t("kit:close")} onClick={close}>
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </Group>
    </form>
  );
}
