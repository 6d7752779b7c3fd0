import { Button } from "@mantine/core";
import { IconEraser, IconShieldCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { DeskPage } from "../parts/DeskPage";
import { Pages } from "../parts/Pages";
import { Row } from "../parts/Row";
import { Erase } from "./Erase";
import { ScanTag } from "./ScanTag";

const ERASURES = graphql(`
  query Erasures($first: Int!, $after: String) {
    erasures(first: $first, after: $after) {
      nodes { id contactId cause ground at scannedAt residues { column values } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
type Line = ResultOf<typeof ERASURES>["erasures"]["nodes"][number];

/** Certificates of erasures. */
export default function Certificates() {
  const { t } = useTranslation("privacy/certificates");
  const navigate = useNavigate();
  const [erasing, setErasing] = useState(false);
  const open = () => setErasing(true);
  useCommands([{ id: "erase-person", label: t("erase.action"), icon: IconEraser, run: open }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("about")}
      actions={
        <Button variant="default" leftSection={<IconEraser size={16} aria-hidden />} onClick={open}>
          {t("erase.action")}
        </Button>
      }
    >
      <Pages
        document={ERASURES}
        of={(data) => data.erasures}
        label={t("title")}
        fresh={["erasure.", "contact.erased"]}
        row={(erasure) => <ErasureRow erasure={erasure} />}
        empty={
          <Empty icon={IconShieldCheck} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      {erasing && <Erase close={() => setErasing(false)} erased={(id) => void navigate({ to: `/privacy/certificates/${id}` as "/" })} />}
    </DeskPage>
  );
}

function ErasureRow({ erasure }: { erasure: Line }) {
  const { t } = useTranslation("privacy/certificates");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  return (
    <Row
      to={`/privacy/certificates/${erasure.id}`}
      title={t("line", { at: format.moment(erasure.at), cause: t(`cause.${erasure.cause}`) })}
      detail={`${words(`erasureGround.${erasure.ground}`)} · ${erasure.contactId}`}
      end={<ScanTag erasure={erasure} />}
    />
  );
}
