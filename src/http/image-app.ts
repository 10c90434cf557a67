// Serves images alone, in an isolate that has loaded nothing else, so that a page with an image waits for no more code than
// that takes.

import { newApp } from "./new-app.ts";
import { publicImages } from "./routes/public/public-images.ts";

export const imageApp = newApp([publicImages]);
