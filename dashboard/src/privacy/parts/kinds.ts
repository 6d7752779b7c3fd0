import { IconCopy, IconEraser, IconHandStop, IconLock, IconPackageExport, IconPencil, type Icon } from "@tabler/icons-react";
import type { Enum } from "../../kit/client/graphql";
import type { Tone } from "./Tag";

export type RequestKind = Enum<"RequestKind">;
export type RequestState = Enum<"RequestState">;

export const requestKinds = ["ACCESS", "RECTIFICATION", "ERASURE", "RESTRICTION", "PORTABILITY", "OBJECTION"] as const satisfies readonly RequestKind[];

export const kindIcons: Record<RequestKind, Icon> = {
  ACCESS: IconCopy,
  RECTIFICATION: IconPencil,
  ERASURE: IconEraser,
  RESTRICTION: IconLock,
  PORTABILITY: IconPackageExport,
  OBJECTION: IconHandStop,
};

export const openStates = ["RECEIVED", "ACKNOWLEDGED", "IDENTITY_PENDING", "IN_PROGRESS", "EXTENDED"] as const satisfies readonly RequestState[];
export const answeredStates = ["FULFILLED", "REFUSED", "CLOSED"] as const satisfies readonly RequestState[];

export const isOpen = (state: RequestState) => (openStates as readonly RequestState[]).includes(state);

export const stateTones: Record<RequestState, Tone> = {
  RECEIVED: "active",
  ACKNOWLEDGED: "active",
  IDENTITY_PENDING: "calm",
  IN_PROGRESS: "active",
  EXTENDED: "active",
  FULFILLED: "good",
  REFUSED: "late",
  CLOSED: "calm",
};
