// Records a world's door desk: what was durable there, and the replies to staff and devices.

import type { DeskState, Notice, OnDuty } from "../../../src/desk/desk-state.ts";
import type { DeviceShown, NoticeShown } from "../../../src/sockets/protocol.ts";

export type DeskWatch = {
  /** Just before anything leaves the desk. */
  durable(state: DeskState): void;
  /** Somebody is about to say this. */
  asked(text: string | null): void;
  answeredNotice(notice: Notice): void;
  answeredBeat(device: OnDuty): void;
  /** What is not true of what a reader is shown; null when all is. */
  wrongNotice(shown: NoticeShown | null): string | null;
  wrongDevice(shown: DeviceShown): string | null;
  state(): DeskState;
  /** Devices whose last heartbeat had a reply when all was calm. */
  readonly settled: Set<string>;
  /** The version of the latest notice that had a reply; 0 before the first. */
  answeredVersion(): number;
};

export function openDeskWatch(fail: (what: string) => void): DeskWatch {
  let state: DeskState = { devices: [], notice: null };
  let confirmed: Notice | null = null;
  const beats = new Map<string, number>();
  const requested = new Set<string | null>();
  const texts = new Map<number, string | null>();

  const versionOf = (notice: Pick<Notice, "version"> | null): number => notice?.version ?? 0;
  const lastOf = ({ devices }: DeskState, id: string): number =>
    devices.find((each) => each.id === id)?.lastHeartbeatAt ?? 0;

  function keepsAnswers(): void {
    if (versionOf(state.notice) < versionOf(confirmed))
      fail(
        `a notice was confirmed and is lost: ${JSON.stringify(confirmed)}, the desk has ${JSON.stringify(state.notice)}`,
      );
    for (const [id, at] of beats)
      if (lastOf(state, id) < at) fail(`a heartbeat of ${id} was confirmed and is lost: ${at}, ${lastOf(state, id)}`);
  }

  return {
    durable(next) {
      if (versionOf(next.notice) < versionOf(state.notice)) fail(`[L2] the notice goes back: ${JSON.stringify(next)}`);
      if (next.notice) {
        const { version, text } = next.notice;
        if ((texts.get(version) ?? text) !== text) fail(`[L2] two notices of version ${version}: ${text}`);
        texts.set(version, text);
      }
      for (const { id } of state.devices)
        if (lastOf(next, id) < lastOf(state, id)) fail(`[L2] ${id} goes back: ${JSON.stringify(next)}`);
      state = next;
      keepsAnswers();
    },
    asked: (text) => void requested.add(text),
    answeredNotice(notice) {
      if (notice.version > versionOf(confirmed)) confirmed = notice;
      keepsAnswers();
    },
    answeredBeat({ id, lastHeartbeatAt }) {
      beats.set(id, Math.max(lastHeartbeatAt, beats.get(id) ?? 0));
      keepsAnswers();
    },
    wrongNotice(shown) {
      if (shown === null) return null;
      const known = texts.has(shown.version) ? texts.get(shown.version) === shown.text : requested.has(shown.text);
      return known && shown.version <= versionOf(state.notice) ? null : `no such notice: ${JSON.stringify(shown)}`;
    },
    wrongDevice({ id, last_heartbeat_at: at }) {
      return Date.parse(at) <= lastOf(state, id) ? null : `no such heartbeat of ${id}: ${at}`;
    },
    state: () => state,
    settled: new Set(),
    answeredVersion: () => versionOf(confirmed),
  };
}
