import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";

interface PlaceLinkProps {
  path: string;
  className?: string;
  onGo?: () => void;
  children: ReactNode;
}

/** A link to a page that the hub named. */
export function PlaceLink({ path, className, onGo, children }: PlaceLinkProps) {
  const router = useRouter();
  const href = ownPath(path);
  function onClick(event: MouseEvent) {
    onGo?.();
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    router.history.push(href);
  }
  return (
    <a href={href} className={className} onClick={onClick}>
      {children}
    </a>
  );
}

/** Only a page of ours, whatever is named. */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[\w\-/?=&.]*$/.test(path) ? path : "/thong-bao";
}
