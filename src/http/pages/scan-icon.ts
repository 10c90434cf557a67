// The icon of the installed scanner: drawn here once, and as PNG by `npm run icons` for phones that take no SVG.

/** A ticket in the frame of a scanner; what matters lies within the circle that a phone may cut out. */
export const SCAN_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><path fill="#0b6b3a" d="M0 0h512v512H0z"/><path fill="none" stroke="#fff" stroke-width="22" stroke-linecap="round" d="M128 176v-48h48M336 128h48v48M384 336v48h-48M176 384h-48v-48"/><path fill="#fff" d="M152 192h208v40a24 24 0 0 0 0 48v40H152v-40a24 24 0 0 0 0-48z"/><path fill="none" stroke="#0b6b3a" stroke-width="20" stroke-linecap="round" stroke-linejoin="round" d="m214 258 30 28 54-62"/></svg>`;

/** Sides in pixels: iOS asks for 180, Android for 192 and 512. */
export const ICON_SIDES = [180, 192, 512] as const;

/** Beside the files that Vite builds, under a name that stays; src/ui/public/_headers says for how long it is kept. */
export const iconPath = (side: (typeof ICON_SIDES)[number]): string => `/ui/scan-icon-${side}.png`;
