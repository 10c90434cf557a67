// Passwords that guessing begins with are refused, and ordinary ones are not (rule P7).

import { expect, test } from "vitest";
import { isCommonPassword } from "../../../src/auth/people/common-passwords.ts";

test.each([
  ..."1234567890 0123456789 9876543210 1111111111 password-1234 Password123! P@ssw0rd12 passwordpassword".split(" "),
  ..."qwertyuiop qwerty12345 QWERTY!!!! iloveyou12 letmein123 administrator 1q2w3e4r5t abcdefghij abcabcabcabc".split(
    " ",
  ),
  ..."welcome2026 Springbokke1 voelgoedevents 123456789012 aaaaaaaaab abababababab asdfasdfasdf".split(" "),
])("[P7] %s is refused", (password) => {
  expect(isCommonPassword(password)).toBe(true);
});

test.each([
  ..."bloukrans-brug-1997 kdWq8-xPv2nT correct-horse-battery Tr0ub4dor&3x my-passwords-are-fine".split(" "),
  ..."mevrou-se-koffie 7391084625 passwordsafe-9Kd".split(" "),
  "correct horse battery",
  "another long password",
  "a wholly new password",
])("[P7] %s is taken", (password) => {
  expect(isCommonPassword(password)).toBe(false);
});
