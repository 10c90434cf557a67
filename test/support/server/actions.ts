// What shoppers and organisers do, as one line each.

import type { Answer, Client } from "./client.ts";
import type { Hold, Order } from "./wire.ts";

export type Actions = {
  read<T>(path: string, token?: string): Promise<Answer<T>>;
  /** `json` is the body; one ticket unless it says otherwise. */
  hold(typeId: string, token: string, key: string, json?: unknown): Promise<Answer<Hold>>;
  release(holdId: string, token: string): Promise<Answer<Hold>>;
  checkOut(
    token: string,
    key: string,
    holdIds: readonly unknown[],
    contact?: { readonly name: string; readonly email: string },
  ): Promise<Answer<Order & { readonly order_link: string }>>;
  settle(orderId: string, how: "confirm" | "cancel", token: string): Promise<Answer<Order>>;
};

export function actionsOf(client: Client): Actions {
  return {
    read: (path, token) => client.ask("GET", path, token === undefined ? {} : { token }),
    hold: (typeId, token, key, json = { quantity: 1 }) =>
      client.ask("POST", `/v1/ticket-types/${typeId}/holds`, { token, key, json }),
    release: (holdId, token) => client.ask("DELETE", `/v1/holds/${holdId}`, { token }),
    checkOut: (token, key, holdIds, contact) =>
      client.ask("POST", "/v1/checkouts", { token, key, json: { hold_ids: holdIds, ...(contact && { contact }) } }),
    settle: (orderId, how, token) => client.ask("POST", `/v1/orders/${orderId}/${how}`, { token }),
  };
}
