import { createContext, use } from "react";
import { graphql, type Enum, type ResultOf } from "../client/graphql";

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      role
      mustEnrolSecondFactor
      member { id name email role language }
      secondFactor { enabled required recoveryCodesLeft }
      workspace { id slug name defaultLanguage }
    }
  }
`);

export type Viewer = ResultOf<typeof VIEWER>["viewer"];
export type Role = Enum<"Role">;

export const ViewerContext = createContext<Viewer | null>(null);

/** Who is signed in. It follows changes of their rights while the page is open. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (!viewer) throw new Error("useViewer is for what stands inside the shell");
  return viewer;
}

/** What roles may do, as "Permissions by role" of docs/api.md says. The server decides; this only hides what it would refuse. */
const rights = {
  changeContacts: ["OWNER", "ADMIN", "DPO", "SALES", "MARKETING"],
  mergeContacts: ["OWNER", "ADMIN", "DPO", "SALES"],
  changeDeals: ["OWNER", "ADMIN", "SALES"],
  changePurposes: ["OWNER", "ADMIN", "DPO", "MARKETING"],
  changeForms: ["OWNER", "ADMIN", "MARKETING"],
  changeFields: ["OWNER", "ADMIN", "DPO"],
  readEvidence: ["OWNER", "ADMIN", "DPO"],
  changeWorkspace: ["OWNER", "ADMIN", "DPO"],
  privacyDesk: ["OWNER", "ADMIN", "DPO"],
  administer: ["OWNER", "ADMIN"],
} satisfies Record<string, Role[]>;

export type Right = keyof typeof rights;

export const roleMay = (role: Role, right: Right) => (rights[right] as Role[]).includes(role);

export function useMay(right: Right): boolean {
  return roleMay(useViewer().role, right);
}
