// The script of the account page: plain JavaScript, sent as it stands here.

export const ACCOUNT_SCRIPT = `"use strict";
const link = new URLSearchParams(location.hash.slice(1));
const form = (id) => document.getElementById(id);
const FORMS = ["reset", "sign-in", "sign-up", "accept", "sign-out"];

function say(text) {
  document.getElementById("said").textContent = text;
}

async function call(path, body) {
  const answer = await fetch("/api/auth/" + path, {
    method: body === undefined ? "GET" : "POST",
    ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read = text === "" ? null : JSON.parse(text);
  if (answer.ok) return read;
  const errors = (read?.errors ?? []).map((each) => each.path.slice(1) + ": " + each.message).join("; ");
  throw new Error(errors || read?.message || read?.detail || "Something went wrong.");
}

function show(...ids) {
  for (const id of FORMS) form(id).hidden = !ids.includes(id);
}

async function look() {
  if (link.has("reset")) return show("reset");
  const session = await call("get-session");
  if (session === null) {
    if (link.has("invitation")) say("Sign in, or make an account, with the address that was invited.");
    return show("sign-in", "sign-up");
  }
  if (link.has("invitation")) {
    say("Signed in as " + session.user.email + ".");
    return show("accept", "sign-out");
  }
  const { data } = await call("organizations");
  const where = data.map((each) => each.organization.name + " (" + each.role + ")").join(", ");
  say("Signed in as " + session.user.email + (where === "" ? ", in no organisation." : ", in " + where + "."));
  return show("sign-out");
}

function forget(name) {
  link.delete(name);
  history.replaceState(null, "", location.pathname + (link.size > 0 ? "#" + link : ""));
}

const DOES = {
  reset: async (fields) => {
    await call("reset-password", { token: link.get("reset"), ...fields });
    forget("reset");
    await look();
    say("The password is set. Sign in with it.");
  },
  "sign-in": async (fields) => {
    await call("sign-in/email", fields);
    await look();
  },
  "sign-up": async (fields) => {
    await call("sign-up/email", { ...fields, callbackURL: "/account" });
    say("Open the link in the mail that is on its way to " + fields.email + ", then sign in.");
  },
  accept: async () => {
    await call("accept-invitation", { invitation_id: link.get("invitation") });
    forget("invitation");
    await look();
  },
  "sign-out": async () => {
    await call("sign-out", {});
    await look();
    say("Signed out.");
  },
};

async function act(work) {
  say("");
  try {
    await work();
  } catch (fault) {
    say(fault.message);
  }
}

for (const id of FORMS) {
  form(id).addEventListener("submit", (event) => {
    event.preventDefault();
    void act(() => DOES[id](Object.fromEntries(new FormData(event.target))));
  });
}
document.getElementById("forgot").addEventListener("click", () => {
  const email = form("sign-in").elements.namedItem("email");
  if (!email.reportValidity()) return;
  void act(async () => {
    await call("request-password-reset", { email: email.value });
    say("If there is an account with this address, a mail is on its way.");
  });
});
void act(look);
`;
