// Makes address hashes for tests.

import { type AddressHash, isAddressHash } from "../../../src/domain/people/address-hash.ts";
import { must } from "../../../src/domain/result.ts";

/** The same for the same number. */
export function addressHash(n: number): AddressHash {
  return must(isAddressHash(n) ? n : null, "the number is below 2 ** 48");
}
