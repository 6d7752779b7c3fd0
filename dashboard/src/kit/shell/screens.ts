import { useRouter } from "@tanstack/react-router";
import type { Icon } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { roleMay, useViewer, type Right } from "../session/viewer";

/** A screen's place in the navigation. */
export interface Nav {
  /** Its name: `nav.NAME` in the kit's catalogues. */
  name: string;
  icon: Icon;
  /** `g` and then this letter leads there. */
  key?: string;
  /** In which part of the sidebar; the first one has no heading. */
  section?: "privacy" | "settings";
  /** Only for those who have this right. */
  right?: Right;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    nav?: Nav;
    /** The prefix of the ids that it shows at `$id`: `contact`. Links to such objects lead here. */
    shows?: string;
  }
}

export interface Place extends Nav {
  path: string;
}

/** The screens that the navigation shows, in the order of the route table. */
export function usePlaces(): Place[] {
  const { routesByPath } = useRouter();
  const { role } = useViewer();
  return useMemo(
    () =>
      Object.values(routesByPath).flatMap(({ fullPath, options }) => {
        const nav = options.staticData?.nav;
        return nav && (!nav.right || roleMay(role, nav.right)) ? [{ ...nav, path: fullPath as string }] : [];
      }),
    [routesByPath, role],
  );
}

/** Where an object is shown, or undefined while no screen shows its kind. */
export function usePathOf(): (id: string) => string | undefined {
  const { routesByPath } = useRouter();
  return useCallback(
    (id: string) => {
      const prefix = id.slice(0, id.lastIndexOf("_"));
      const route = Object.values(routesByPath).find(({ options }) => options.staticData?.shows === prefix);
      return route && (route.fullPath as string).replace("$id", id);
    },
    [routesByPath],
  );
}
