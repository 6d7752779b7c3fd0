import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./parts.module.css";

export type Tone = "calm" | "active" | "good" | "soon" | "late";
const colors: Record<Tone, string> = { calm: "gray", active: "accent", good: "teal", soon: "yellow", late: "red" };

interface Props {
  tone?: Tone;
  icon?: ReactNode;
  size?: string;
  children: ReactNode;
}

/** A state in a word, with colours that can be read in both themes. */
export function Tag({ tone = "calm", icon, size, children, ...rest }: Props) {
  return (
    <Badge variant="light" tt="none" fw={500} size={size} color={colors[tone]} className={classes[`tag_${tone}`]} leftSection={icon} style={{ flex: "none", maxWidth: "100%" }} {...rest}>
      {children}
    </Badge>
  );
}
