import { expect, test } from "vitest";

import { base64Of, sha256Of } from "./file";

const blob = (bytes: Uint8Array) => ({ arrayBuffer: () => Promise.resolve(bytes.buffer) }) as unknown as Blob;

test("bytes of every value survive, also more than one call can take", async () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 256);
  const text = await base64Of(blob(bytes));
  const back = atob(text);
  expect(back).toHaveLength(bytes.length);
  expect(bytes.findIndex((byte, index) => byte !== back.charCodeAt(index))).toBe(-1);
});

test("the hash is the one everybody computes", async () => {
  expect(await sha256Of(blob(new TextEncoder().encode("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
