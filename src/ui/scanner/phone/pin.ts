// Makes and checks the PIN of the phone (rule W9): four digits that keep a steward's thumb, or a guest's, out of the
// settings. It protects from accidents, not from somebody who takes the phone apart.

import type { Settings } from "./phone-store.ts";

type Pin = NonNullable<Settings["pin"]>;

export const PIN = /^\d{4}$/;

export async function makePin(digits: string): Promise<Pin> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, hash: await hashOf(digits, salt) };
}

export async function isPin(digits: string, { salt, hash }: Pin): Promise<boolean> {
  return (await hashOf(digits, salt)) === hash;
}

async function hashOf(digits: string, salt: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${salt} ${digits}`))));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
