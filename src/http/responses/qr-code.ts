// How a code is drawn for cameras.

/** An SVG at level M, of at least this version, with the quiet zone that readers need; always black on white. */
export async function drawCode(text: string, minVersion: number): Promise<string> {
  const { renderSVG } = await import("uqr");
  return renderSVG(text, { ecc: "M", border: 4, minVersion, blackColor: "#000", whiteColor: "#fff" });
}
