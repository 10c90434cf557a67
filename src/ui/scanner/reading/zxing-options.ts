// Sets how hard ZXing looks for a code in a picture: one QR code, dim, turned or small, but not white on black.

export const ZXING_OPTIONS = {
  formats: ["QRCode" as const],
  maxNumberOfSymbols: 1,
  tryDownscale: true,
  tryInvert: false,
  tryHarder: true,
};
