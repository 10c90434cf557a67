// Sets how hard ZXing looks for a code in a picture: for one QR code that may be dim, turned or small, but not white on
// black.

export const ZXING_OPTIONS = {
  formats: ["QRCode" as const],
  maxNumberOfSymbols: 1,
  tryDownscale: true,
  tryInvert: false,
  tryHarder: true,
};
