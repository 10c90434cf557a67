// Lists seeds that once broke a world, and what they found: every run of the tests plays them. The code around a seed
// changes its world; the tests that were written with each correction hold the case itself.

export const KEPT_SEEDS: Readonly<Record<number, string>> = {
  5: "a lost connection to D1 was logged with the values of its query",
  821: "a second attempt of a checkout was refused, its event over, beside the first that had made the order",
  3001: "a door that took a void which came once more, after others were answered, for a bug",
  23792: "a deleted type that came back by a push from before its deletion, after a sleep of the feed",
  1992: "a first feed that died over a message to a shard did not repeat it until something changed",
  93946: "a deleted type that had answered its feed before its deletion, the word of which was lost",
  104430: "the checks themselves took a refusal that was heard late for one of a hold already taken",
  895411674: "a viewer of the simulation came back twice for one connection, until there were thousands of it",
  895439139: "a raise that the object had not heard of was lost with a lower total that it refused",
};
