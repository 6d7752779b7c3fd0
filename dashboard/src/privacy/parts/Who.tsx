import { Link } from "@tanstack/react-router";
import { usePathOf } from "../../kit/shell/screens";
import { nameOf, type Person } from "./person";

/** A person's name, which leads to their page. */
export function Who({ person }: { person: Person }) {
  const path = usePathOf()(person.id);
  return path ? <Link to={path as "/"}>{nameOf(person)}</Link> : <>{nameOf(person)}</>;
}
