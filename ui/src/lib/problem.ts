import type { Problem } from "./api-types";
import { useHubText, useWords } from "./i18n";

/** The hub said no, in its own words. */
export class HubProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}`);
    this.status = status;
    this.problem = problem;
  }
}

/** The person closed the step-up dialog: nothing failed, nothing was done. */
export class StepUpCancelled extends Error {}

export function isProblem(body: unknown): body is Problem {
  if (typeof body !== "object" || body === null) return false;
  const { code, message } = body as Partial<Problem>;
  return typeof code === "string" && typeof message?.vi === "string";
}

/** What to tell the person about an error; null when there is nothing to tell. */
export function useProblemText(): (error: unknown) => string | null {
  const words = useWords();
  const hubText = useHubText();
  return (error) => {
    if (!error || error instanceof StepUpCancelled) return null;
    if (error instanceof HubProblem) return hubText(error.problem.message);
    return words.failure.network;
  };
}
