// Calls between inventories and the Worker, each of them two messages that a test moves as it likes: the question and
// the reply may wait, cross, repeat and be lost.

import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../src/domain/ledger/decide.ts";
import { refuse } from "../../../src/domain/result.ts";

type Question = { readonly to: TicketTypeId; readonly command: Command; readonly hear: (reply: Reply) => void };
type Answer = { readonly reply: Reply; readonly hear: (reply: Reply) => void };

export type Network = {
  /** Resolves when the reply has arrived, or when the request or the reply was lost. */
  call(to: TicketTypeId, command: Command): Promise<Reply>;
  isQuiet(): boolean;
  /** Delivers the `pick`th request; `keep`: a copy of it arrives later, and its reply is lost. */
  deliver(pick: number, keep: boolean): void;
  answer(pick: number): void;
  loseQuestion(pick: number): void;
  loseAnswer(pick: number): void;
};

/** What the caller makes of a call without a reply, as the client of an inventory does. */
const UNREACHABLE: Reply = refuse(UNAVAILABLE);

export function openNetwork(execute: (to: TicketTypeId, command: Command) => Reply): Network {
  const questions: Question[] = [];
  const answers: Answer[] = [];
  const take = <T>(list: T[], pick: number): T | undefined => list.splice(pick % Math.max(1, list.length), 1)[0];
  return {
    call: (to, command) => new Promise((hear) => void questions.push({ to, command, hear })),
    isQuiet: () => questions.length + answers.length === 0,
    deliver(pick, keep) {
      const question = take(questions, pick);
      if (!question) return;
      answers.push({ reply: execute(question.to, question.command), hear: question.hear });
      if (keep) questions.push({ ...question, hear: () => undefined });
    },
    answer(pick) {
      const answer = take(answers, pick);
      answer?.hear(answer.reply);
    },
    loseQuestion: (pick) => take(questions, pick)?.hear(UNREACHABLE),
    loseAnswer: (pick) => take(answers, pick)?.hear(UNREACHABLE),
  };
}
