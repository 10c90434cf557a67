// Draws a code for cameras: at level M, of at least a given version, with the quiet zone that readers need.

const BORDER = 4;

/** Returns an SVG, always black on white. */
export async function drawCode(text: string, minVersion: number): Promise<string> {
  const { renderSVG } = await import("uqr");
  return renderSVG(text, { ecc: "M", border: BORDER, minVersion, blackColor: "#000", whiteColor: "#fff" });
}

/** Returns its modules by rows; `true` is dark. */
export async function codeRows(text: string, minVersion: number): Promise<boolean[][]> {
  const { encode } = await import("uqr");
  return encode(text, { ecc: "M", border: BORDER, minVersion }).data;
}
