// Shows the picture of an event or of the organisation, uploads it, and removes it.

import { useState } from "preact/hooks";
import type { Problem } from "../../../client/client.ts";
import { sendable } from "../data/sendable-picture.ts";
import { texts } from "../language.ts";
import { refusal } from "./format.ts";

type Props = {
  readonly image: { readonly url: string; readonly alt: string | null } | null;
  /** Both resolve with the refusal, or null. */
  readonly put: (picture: Blob, alt: string) => Promise<Problem | null>;
  readonly remove: () => Promise<Problem | null>;
};

/** The refusals of bytes that are no picture the API keeps. */
const NO_PICTURE: ReadonlySet<string> = new Set(["invalid_request", "unsupported_media_type", "body_too_large"]);

export function Picture({ image, put, remove }: Props) {
  const t = texts().house.picture;
  const [said, setSaid] = useState("");
  const [isBusy, setBusy] = useState(false);
  const busily = async (work: () => Promise<string>): Promise<boolean> => {
    setBusy(true);
    const why = await work();
    setBusy(false);
    setSaid(why);
    return why === "";
  };
  const why = (problem: Problem | null): string => (problem === null ? "" : refusal(problem));
  const send = async (form: HTMLFormElement): Promise<void> => {
    const fields = new FormData(form);
    const [file, alt] = [fields.get("picture"), fields.get("alt")];
    if (isBusy || !(file instanceof File) || file.size === 0) return;
    const isDone = await busily(async () => {
      const picture = await sendable(file);
      const problem = picture && (await put(picture, typeof alt === "string" ? alt.trim() : ""));
      return picture === null || (problem && NO_PICTURE.has(problem.code)) ? t.wrong : why(problem);
    });
    if (isDone) form.reset();
  };
  return (
    <section class="card stack" aria-labelledby="picture">
      <h2 id="picture">{t.heading}</h2>
      <p class="muted">{t.lead}</p>
      {image ? <img class="picture" src={image.url} alt={image.alt ?? ""} /> : <p class="muted">{t.none}</p>}
      <form
        class="stack form"
        aria-busy={isBusy}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <div class="field">
          <label for="picture-file">{t.choose}</label>
          <input id="picture-file" name="picture" type="file" accept="image/*" aria-describedby="picture-error" />
          <p class="error" id="picture-error" role="alert">
            {said}
          </p>
        </div>
        <div class="field">
          <label for="picture-alt">{t.alt}</label>
          <input id="picture-alt" name="alt" maxLength={200} autocomplete="off" />
        </div>
        <div class="row">
          <button class="button-quiet" disabled={isBusy}>
            {t.put}
          </button>
          {image && (
            <button
              type="button"
              class="button-link"
              disabled={isBusy}
              onClick={() => void busily(async () => why(await remove()))}
            >
              {t.remove}
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
