import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";

const DOWNLOAD = graphql(`
  mutation DownloadProof($input: DownloadProofInput!) {
    downloadProof(input: $input) { documents { consentId record receipt html } userErrors { code field message } }
  }
`);

const files = { html: ["text/html", "html"], record: ["application/ld+json", "record.jsonld"], receipt: ["application/ld+json", "receipt.jsonld"] } as const;
export type ProofFile = keyof typeof files;

/** Fetches the proof of a consent, and hands it to the browser as a file. */
export function useProof() {
  const { t } = useTranslation("contacts");
  const [ask, running] = useAct(DOWNLOAD);
  async function download(consentId: string, file: ProofFile) {
    const done = await ask({ input: { consentId } });
    if (!done.ok || !done.data.downloadProof.documents) return;
    const [type, ending] = files[file];
    save(new Blob([done.data.downloadProof.documents[file]], { type }), `${consentId}.${ending}`);
    tell.done(t("evidence.downloaded"));
  }
  return { download, running };
}

function save(content: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
