// Signs a supervisor out of a phone, and returns whether that succeeded.

/**
 * Ends the session of this browser before the phone goes to a steward. False: it is unknown whether the session ended.
 */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch("/api/auth/sign-out", { method: "POST" })).ok;
  } catch {
    return false;
  }
}
