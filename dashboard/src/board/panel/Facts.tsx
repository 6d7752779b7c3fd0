import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { useBoardContext, usePeople } from "../context";
import { parseAmount } from "../parts/parse_amount";
import { useMove } from "../state/use_move";
import { CompanyRow } from "./CompanyRow";
import { CustomRows } from "./CustomRows";
import type { FieldDefinition, PanelDeal } from "./documents";
import { Row } from "./Row";
import { SelectRow } from "./SelectRow";
import { TextRow } from "./TextRow";
import type { Saved } from "./use_draft";
import { useSave } from "./use_save";
import classes from "./panel.module.css";

interface Props {
  deal: PanelDeal;
  fields: FieldDefinition[];
  readOnly: boolean;
  save: ReturnType<typeof useSave>["save"];
}

const amountOf = ({ amount }: PanelDeal) => (amount.amountMinor === "0" ? "" : `${amount.decimal} ${amount.currency}`);

/** Everything that is known of the deal, each changed where it stands. */
export function Facts({ deal, fields, readOnly, save }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { around } = useBoardContext();
  const { active, all } = usePeople();
  const move = useMove();
  const stages = around.pipelines.flatMap(({ id, name, stages }) => stages.map((stage) => ({ ...stage, pipeline: name, mine: id === deal.pipeline.id })));
  const grouped = around.pipelines.map(({ name, stages }) => ({ group: name, items: stages.map(({ id, name }) => ({ value: id, label: name })) }));
  const owners = deal.owner && !active.some(({ id }) => id === deal.owner?.id) ? [...active, deal.owner] : active;
  const moneyText = (value: string) => {
    const [decimal, currency] = value.split(" ");
    return decimal && currency ? format.money({ decimal, currency }) : value;
  };

  async function saveStage(id: string): Promise<Saved> {
    const stage = stages.find((one) => one.id === id);
    // What goes wrong is told by the move itself.
    if (stage) await move(deal, { stage });
    return { state: "saved" };
  }

  async function saveAmount(text: string, base: string): Promise<Saved> {
    if (!text.trim()) return save({ amount: null }, amountOf, base);
    const currency = /[A-Za-z]{3}/.exec(text)?.[0].toUpperCase() ?? deal.amount.currency;
    const known = Intl.supportedValuesOf("currency").includes(currency);
    const amountMinor = known ? parseAmount(text, currency) : null;
    if (amountMinor === null) return { state: "failed", why: t("amount.invalid"), later: false };
    return save({ amount: { amountMinor, currency } }, amountOf, base);
  }

  return (
    <div className={classes.part}>
      <SelectRow
        label={t("field.stage")}
        value={deal.stage.id}
        data={around.pipelines.length > 1 ? grouped : (grouped[0]?.items ?? [])}
        save={saveStage}
        readOnly={readOnly}
        clearable={false}
        written={(id) => stages.find((one) => one.id === id)?.name ?? id}
      />
      <TextRow
        label={t("field.amount")}
        value={amountOf(deal)}
        shown={amountOf(deal) && format.money(deal.amount)}
        written={moneyText}
        hint={t("amount.hint", { currency: deal.amount.currency })}
        kind="decimal"
        save={saveAmount}
        readOnly={readOnly}
      />
      <CompanyRow company={deal.company} readOnly={readOnly} save={(id, base) => save({ companyId: id || null }, (now) => now.company?.id ?? "", base)} />
      <SelectRow
        label={t("field.owner")}
        value={deal.owner?.id ?? ""}
        data={owners.map(({ id, name }) => ({ value: id, label: name }))}
        searchable={owners.length > 8}
        placeholder={t("filter.nobody")}
        save={(id, base) => save({ ownerId: id || null }, (now) => now.owner?.id ?? "", base)}
        readOnly={readOnly}
        written={(id) => all.find((one) => one.id === id)?.name ?? id}
      />
      <TextRow
        label={t("field.close")}
        value={deal.expectedCloseOn ?? ""}
        shown={deal.expectedCloseOn && format.day(deal.expectedCloseOn)}
        written={(day) => day && format.day(day)}
        kind="date"
        save={(day, base) => save({ expectedCloseOn: day || null }, (now) => now.expectedCloseOn ?? "", base)}
        readOnly={readOnly}
      />
      <CustomRows deal={deal} fields={fields} save={save} readOnly={readOnly} />
      <TextRow label={t("field.externalId")} value={deal.externalId ?? ""} save={(text, base) => save({ externalId: text.trim() || null }, (now) => now.externalId ?? "", base)} readOnly={readOnly} />
      {deal.lossReason && <Row label={t("field.lossReason")}>{() => <span className={classes.still}>{deal.lossReason?.label}</span>}</Row>}
      {deal.closedAt && <Row label={t("field.closedAt")}>{() => <span className={classes.still}>{format.moment(deal.closedAt!)}</span>}</Row>}
      <Row label={t("field.source")}>{() => <span className={classes.still}>{sourceWords(deal.source)}</span>}</Row>
      <Row label={t("field.created")}>{() => <span className={classes.still}>{format.moment(deal.createdAt)}</span>}</Row>
    </div>
  );

  function sourceWords(source: string) {
    if (source.startsWith("form_version_")) return t("source.form");
    if (source === "staff" || source === "integration") return t(`source.${source}`);
    return source.replaceAll("_", " ");
  }
}
