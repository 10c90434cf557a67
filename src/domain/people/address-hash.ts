// Defines the hash that an object counts by in place of a client's address, which it must not store (rule X4).

/** 48 bits of a keyed hash. Without the key, nobody can find the address by trying them all. */
export type AddressHash = number & { readonly __brand: "AddressHash" };

/** How many tickets of something are held from an address. A pair, since up to ten are in the row of each order. */
export type AddressShare = readonly [address: AddressHash, quantity: number];

export const ADDRESS_HASH_BYTES = 6;
const END = 2 ** (8 * ADDRESS_HASH_BYTES);

export function isAddressHash(value: unknown): value is AddressHash {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < END;
}
