import { Navigate } from "@tanstack/react-router";

/** `/sign-in` is where mails and bookmarks lead; who is in already goes on to the overview. */
export default function SignedIn() {
  return <Navigate to="/" replace />;
}
