/** A chosen file as it is sent: its bytes in base64 and their hash, so that a person sees what the hub will keep. */

const SLICE = 0x8000;

export async function sha256Of(file: Blob): Promise<string | null> {
  // Without HTTPS the browser has no crypto.subtle; the hub's own hash is shown after the upload.
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  // Whole, a large file would overflow the stack of a call.
  for (let start = 0; start < bytes.length; start += SLICE) {
    text += String.fromCharCode(...bytes.subarray(start, start + SLICE));
  }
  return btoa(text);
}
