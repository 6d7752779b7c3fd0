import { useTranslation } from "react-i18next";
import { Tag } from "../parts/Tag";

/** Whether the search for what might be left found something. */
export function ScanTag({ erasure: { scannedAt, residues } }: { erasure: { scannedAt: string | null; residues: { values: number }[] | null } }) {
  const { t } = useTranslation("privacy/certificates");
  if (!scannedAt || !residues) return <Tag tone="active">{t("scan.running")}</Tag>;
  const count = residues.reduce((sum, { values }) => sum + values, 0);
  return count ? <Tag tone="late">{t("scan.found", { count })}</Tag> : <Tag tone="good">{t("scan.clean")}</Tag>;
}
