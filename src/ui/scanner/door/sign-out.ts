// Signs a supervisor out of a phone, and says whether that was done.

/** Ends the session of this browser, before the phone goes to a steward. False: nobody knows whether it has ended. */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch("/api/auth/sign-out", { method: "POST" })).ok;
  } catch {
    return false;
  }
}
