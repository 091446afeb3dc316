import { api, unwrap } from "./http";
import type { Evidence } from "./api-types";
import { base64Of } from "./file";

export const MOST_EVIDENCE_BYTES = 10 * 1024 * 1024;

export interface EvidenceUpload {
  unit: number;
  file: File;
  /** Empty: not written on the document, or not known. */
  effective: string;
}

/** Only called for what was declared not classified; the hub looks for markings itself all the same. */
export async function uploadEvidence({ unit, file, effective }: EvidenceUpload): Promise<Evidence> {
  const content = await base64Of(file);
  return unwrap(
    api.POST("/evidence", {
      body: {
        unit,
        file_name: file.name.normalize("NFC").slice(0, 200),
        content,
        classification: "none",
        ...(effective ? { effective_on: effective } : {}),
      },
    }),
  );
}

export const evidenceAddress = (id: number) => `/api/v1/evidence/${id}/content`;

/** The beginning and the end of a hash, for the eye; the whole is in the title. */
export const shortHash = (hash: string) => `${hash.slice(0, 8)}…${hash.slice(-8)}`;
