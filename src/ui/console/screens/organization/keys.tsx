// Makes API keys with chosen permissions, shows each once, and revokes them.

import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { KEY_PERMISSIONS } from "../../../../domain/people/policy.ts";
import { callApi, bodyOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { FieldName, Spec } from "../../decisions/form-fields.ts";
import { Copy } from "../../parts/copy.tsx";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { Empty, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { OWN_ZONE, shortWhen } from "../../parts/format.ts";

type Key = Operations["GET /v1/api-keys"]["answer"]["data"][number];
type KeyInput = Operations["POST /v1/api-keys"]["ask"]["body"];
type KeyPermission = KeyInput["permissions"][number];

const PERMISSIONS: readonly KeyPermission[] = KEY_PERMISSIONS.filter(
  (each): each is KeyPermission => each !== "manage_tenant_users" && each !== "manage_financials",
);

export function Keys() {
  const t = texts().house.keys;
  const [made, setMade] = useState<string | null>(null);
  const keys = usePages("GET /v1/api-keys", { query: { limit: 50 } });
  return (
    <Screen title={t.title} lead={t.lead}>
      {made !== null && <Made secret={made} />}
      <Loaded read={keys}>
        {() => (
          <>
            {keys.rows?.length === 0 && <Empty title={t.none} lead={t.noneMore} />}
            <ul class="plain lines card card-quiet">
              {keys.rows?.map((key) => (
                <OneKey key={key.id} apiKey={key} />
              ))}
            </ul>
            <More more={keys.more} />
          </>
        )}
      </Loaded>
      <Make made={setMade} />
    </Screen>
  );
}

function Made({ secret }: { readonly secret: string }) {
  const t = texts();
  return (
    <div class="notice notice-good stack stack-tight" role="status">
      <p class="strong">{t.house.keys.made}</p>
      <p class="code">{secret}</p>
      <div>
        <Copy text={secret} label={t.form.copy} />
      </div>
    </div>
  );
}

function OneKey({ apiKey }: { readonly apiKey: Key }) {
  const t = texts().house.keys;
  const called: Readonly<Record<string, string>> = t.permission;
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{apiKey.name}</span>{" "}
        <span class="small muted">
          · {apiKey.last_used_at === null ? t.unused : t.used(shortWhen(apiKey.last_used_at))}
        </span>
        <br />
        <span class="small muted">{apiKey.permissions.map((each) => called[each] ?? each).join("; ")}</span>
      </span>
      {apiKey.revoked_at === null ? (
        <ButtonWithQuestion kind="link" label={t.revoke} question={revoking(apiKey)} />
      ) : (
        <span class="tag">{t.isRevoked}</span>
      )}
    </li>
  );
}

function revoking({ id, name }: Key): Question {
  const t = texts().house.keys;
  return {
    title: `${t.revoke}: ${name}`,
    does: t.revokeMore(name),
    button: t.revoke,
    isDanger: true,
    act: async () => {
      const revoked = await callApi("DELETE /v1/api-keys/{id}", { id });
      if (!revoked.ok) return revoked.problem;
      await readAgain("GET /v1/api-keys");
      announce(t.revoked);
      return null;
    },
  };
}

const SPECS: readonly Spec[] = [
  { name: "name", kind: "line" },
  { name: "expires_at", kind: "instant", isOptional: true },
];

function Make({ made }: { readonly made: (secret: string | null) => void }) {
  const t = texts().house.keys;
  const [chosen, setChosen] = useState<readonly KeyPermission[]>([]);
  const toggle = (permission: KeyPermission, isOn: boolean): void =>
    setChosen(isOn ? [...chosen, permission] : chosen.filter((each) => each !== permission));
  return (
    <section class="card stack" aria-labelledby="make-key">
      <h2 id="make-key">{t.make}</h2>
      <CreateForm
        id="api-key"
        specs={SPECS}
        initial={{}}
        zone={OWN_ZONE}
        button={t.make}
        check={() => (chosen.length === 0 ? ({ name: t.atLeastOne } satisfies Partial<Record<FieldName, string>>) : {})}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/api-keys", { idempotencyKey, body: bodyOf<KeyInput>({ ...values, permissions: chosen }) })
        }
        made={({ body }) => {
          made(body.secret);
          setChosen([]);
          void readAgain("GET /v1/api-keys");
          scrollTo(0, 0);
        }}
      >
        <fieldset>
          <legend>{t.may}</legend>
          {PERMISSIONS.map((permission) => (
            <label class="row" key={permission}>
              <input
                type="checkbox"
                checked={chosen.includes(permission)}
                onChange={(e) => toggle(permission, e.currentTarget.checked)}
              />
              <span>{t.permission[permission]}</span>
            </label>
          ))}
        </fieldset>
      </CreateForm>
    </section>
  );
}
