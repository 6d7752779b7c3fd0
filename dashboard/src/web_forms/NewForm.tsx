import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { languages as all } from "../kit/i18n/language";
import { useViewer } from "../kit/session/viewer";
import { toInput } from "./model/model";
import { begun, templates, type Template } from "./templates";

const CREATE = graphql(`
  mutation CreateForm($input: CreateFormInput!) {
    createForm(input: $input) { form { id } userErrors { code field message } }
  }
`);

/** A name, what it begins as, and its languages; then straight into the builder. */
export default function NewForm({ close }: { close: () => void }) {
  const { t } = useTranslation("web_forms");
  const navigate = useNavigate();
  const first = useViewer().workspace.defaultLanguage;
  const [name, setName] = useState("");
  const [template, setTemplate] = useState<Template>("newsletter");
  const [languages, setLanguages] = useState<string[]>([first, ...all.filter((one) => one !== first)]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [create, creating] = useAct(CREATE);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!name.trim()) return setErrors({ name: t("new.nameMissing") });
    const model = begun(name.trim(), template, languages);
    const done = await create({ input: { name: model.name, definition: toInput(model) } });
    if (!done.ok) return setErrors(done.fields);
    close();
    const id = done.data.createForm.form?.id;
    if (id) void navigate({ to: `/web-forms/${id}` as "/" });
  }

  return (
    <Modal opened onClose={close} title={t("new.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput label={t("name")} description={t("nameAbout")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} data-autofocus withAsterisk maxLength={200} />
          <Radio.Group label={t("new.template")} value={template} onChange={(value) => setTemplate(value as Template)}>
            <Stack gap={6} mt={6}>
              {templates.map((one) => (
                <Radio key={one} value={one} label={t(`template.${one}`)} description={t(`templateAbout.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Checkbox.Group label={t("beginning.languages")} value={languages} onChange={setLanguages} error={languages.length ? undefined : t("gap.languages")}>
            <Group mt={6}>
              {all.map((one) => (
                <Checkbox key={one} value={one} label={t(`kit:language.${one}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" loading={creating} disabled={!languages.length}>
              {t("new.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
