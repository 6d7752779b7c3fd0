import { Alert, Badge, Button, Group, Modal, Radio, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { usePathOf } from "../../kit/shell/screens";
import { LOG_REQUEST, RIGHTS } from "./documents";

const rights = ["ACCESS", "RECTIFICATION", "ERASURE", "RESTRICTION", "PORTABILITY", "OBJECTION"] as const;
const channels = ["EMAIL", "POST", "PHONE", "IN_PERSON", "OTHER"] as const;
const scopes = ["MARKETING", "LEGITIMATE_INTERESTS"] as const;
const colors = { YES: "teal", CONDITIONALLY: "yellow", BY_WITHDRAWAL: "yellow", NO: "gray" } as const;

/** Puts what a person asked for into the register, which starts its clock. */
export function LogRequest({ contactId, name, close }: { contactId: string; name: string; close: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const navigate = useNavigate();
  const pathOf = usePathOf();
  const [kind, setKind] = useState<string>("ACCESS");
  const [channel, setChannel] = useState<string>("EMAIL");
  const [scope, setScope] = useState<string>("MARKETING");
  const [message, setMessage] = useState("");
  const [day, setDay] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const key = useRef(crypto.randomUUID());
  const [log, running] = useAct(LOG_REQUEST);
  const [{ data }] = useQuery({ query: RIGHTS, variables: { contactId } });
  const applies = (right: string) => data?.contactRights.rights.find((one) => one.right === right)?.applies;

  async function go() {
    const done = await log({
      input: {
        contactId,
        kind: kind as (typeof rights)[number],
        channel: channel as (typeof channels)[number],
        objectsTo: kind === "OBJECTION" ? (scope as (typeof scopes)[number]) : undefined,
        message: message.trim() || undefined,
        receivedAt: day ? new Date(`${day}T00:00:00`).toISOString() : undefined,
        idempotencyKey: key.current,
      },
    });
    if (!done.ok) {
      key.current = crypto.randomUUID();
      return setErrors(done.fields);
    }
    const { request } = done.data.logRequest;
    tell.done(request?.dueAt ? t("request.done", { at: format.date(request.dueAt) }) : t("request.logged"));
    close();
    const path = request && pathOf(request.id);
    if (path) void navigate({ to: path as "/" });
  }

  return (
    <Modal opened onClose={close} title={t("request.title", { name })} size="lg" closeButtonProps={{ "aria-label": t("records:close") }}>
      <form onSubmit={(event) => (event.preventDefault(), void go())}>
        <Stack>
          <Radio.Group label={t("request.which")} value={kind} onChange={setKind}>
            <Stack gap={8} mt={6}>
              {rights.map((right) => (
                <Radio
                  key={right}
                  value={right}
                  label={
                    <Group gap={6}>
                      {t(`right.${right}`)}
                      {applies(right) && (
                        <Badge size="xs" variant="light" tt="none" color={colors[applies(right)!]}>
                          {t(`applies.${applies(right)}`)}
                        </Badge>
                      )}
                    </Group>
                  }
                />
              ))}
            </Stack>
          </Radio.Group>
          {kind === "OBJECTION" && (
            <Radio.Group label={t("request.objectsTo")} value={scope} onChange={setScope}>
              <Stack gap={8} mt={6}>
                {scopes.map((one) => (
                  <Radio key={one} value={one} label={t(`objection.${one}`)} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          <Group grow align="flex-start">
            <Select label={t("request.channel")} data={channels.map((value) => ({ value, label: t(`request.by.${value}`) }))} value={channel} onChange={(value) => value && setChannel(value)} allowDeselect={false} />
            <TextInput type="date" label={t("request.received")} description={t("request.receivedToday")} value={day} max={new Date().toISOString().slice(0, 10)} onChange={(event) => setDay(event.currentTarget.value)} error={errors.receivedAt} />
          </Group>
          <Textarea label={t("request.message")} description={t("request.messageWhy")} value={message} onChange={(event) => setMessage(event.currentTarget.value)} error={errors.message} autosize minRows={3} maxRows={10} maxLength={10_000} dir="auto" />
          <Alert variant="light" icon={<IconInfoCircle aria-hidden />}>
            {t("request.advice")}
          </Alert>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" loading={running}>
              {t("request.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
