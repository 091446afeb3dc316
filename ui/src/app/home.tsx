import { Navigate } from "@tanstack/react-router";

import { useSession } from "@/lib/queries";

import { HOME } from "./homes";

/** The plain address leads each role to its own first page. */
export function Home() {
  return <Navigate to={HOME[useSession().role]} replace />;
}
