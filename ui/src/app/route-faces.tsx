import { Link } from "@tanstack/react-router";
import { CloudOff, Compass } from "lucide-react";

import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { useWords } from "@/lib/i18n";

export function NotFound() {
  const words = useWords().app;
  return (
    <EmptyState
      icon={Compass}
      title={words.notFound}
      sub={words.notFoundSub}
      action={
        <Link to="/" className="link">
          {words.toHome}
        </Link>
      }
    />
  );
}

/** A fault of the page itself (or a chunk of an older version that is gone): reloading mends both. */
export function RouteFailed() {
  const words = useWords();
  return (
    <div role="alert">
      <EmptyState
        icon={CloudOff}
        title={words.failure.title}
        sub={words.failure.unexpected}
        action={<Button onClick={() => location.reload()}>{words.app.retry}</Button>}
      />
    </div>
  );
}
