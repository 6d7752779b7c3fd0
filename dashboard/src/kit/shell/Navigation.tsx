import { ActionIcon, Stack, Tooltip } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./shell.module.css";
import { usePlaces, type Place } from "./screens";

/** The way to every screen that exists. */
export function Navigation({ narrow = false, toggle }: { narrow?: boolean; toggle?: () => void }) {
  const { t } = useTranslation("kit");
  const places = usePlaces();
  const sections = ["first", "privacy", "settings"] as const;
  return (
    <Stack h="100%" gap={0} justify="space-between">
      <div>
        {sections.map((section) => {
          const inside = places.filter((place) => (place.section ?? "first") === section);
          if (!inside.length) return null;
          return (
            <div key={section} role="group" aria-label={section === "first" ? undefined : t(`section.${section}`)}>
              {section !== "first" && !narrow && (
                <div className={classes.section} aria-hidden>
                  {t(`section.${section}`)}
                </div>
              )}
              <ul className={classes.list}>
                {inside.map((place) => (
                  <li key={place.path}>
                    <PlaceLink place={place} narrow={narrow} exact={places.some(({ path }) => path.startsWith(`${place.path}/`))} />
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
      {toggle && (
        <Tooltip label={t("sidebar.toggle")} position="right">
          <ActionIcon variant="subtle" color="gray" size={34} onClick={toggle} aria-label={t("sidebar.toggle")} aria-expanded={!narrow}>
            {narrow ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Stack>
  );
}

/** `exact`: other screens lie below its path and have links of their own. */
function PlaceLink({ place: { name, path, icon: Icon }, narrow, exact }: { place: Place; narrow: boolean; exact: boolean }) {
  const { t } = useTranslation("kit");
  const label = t(`nav.${name}`);
  return (
    <Tooltip label={label} position="right" disabled={!narrow}>
      <Link to={path as "/"} className={classes.place} activeOptions={{ exact: exact || path === "/" }} aria-label={narrow ? label : undefined}>
        <Icon size={18} stroke={1.6} aria-hidden />
        {!narrow && label}
      </Link>
    </Tooltip>
  );
}
