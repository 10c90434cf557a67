// Serves images alone, in an isolate that has loaded nothing else, so that a page's image does not wait for other code
// to load.

import { newApp } from "./new-app.ts";
import { publicImages } from "./routes/public/public-images.ts";

export const imageApp = newApp([publicImages]);
