// Runs the camera (rule W5): one stream that never stops between scans, and returns when it was hidden, ended or muted.

import { type CodeReader, openCodeReader } from "./code-reader.ts";

/** `denied`: a person refused the permission. `none`: there is no camera, or another program has it. */
export type CameraState = "starting" | "on" | "denied" | "none";

export type CameraOptions = {
  readonly video: HTMLVideoElement;
  readonly workerPath: string;
  readonly cameraId: string | null;
  readonly onCode: (text: string) => void;
  readonly onState: (state: CameraState) => void;
  /** Reports whether the light can be switched, and, once the camera is on, which cameras there are. */
  readonly onCan: (can: { readonly torch: boolean; readonly cameras: readonly MediaDeviceInfo[] }) => void;
};

export type Camera = {
  setTorch(isOn: boolean): Promise<void>;
  close(): void;
};

const PAUSE_MS = 40;
const RETRY_MS = 1_500;
/** HTMLMediaElement.HAVE_CURRENT_DATA. */
const HAS_PICTURE = 2;

export function openCamera(options: CameraOptions): Camera {
  const { video, onState } = options;
  let stream: MediaStream | null = null;
  let isClosed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function start(): Promise<void> {
    clearTimeout(retry);
    if (isClosed || document.hidden || stream !== null) return;
    onState("starting");
    try {
      const next = await navigator.mediaDevices.getUserMedia({ video: wanted(options.cameraId), audio: false });
      if (isClosed) return stop(next);
      stream = next;
      const [track] = next.getVideoTracks();
      track?.addEventListener("ended", again);
      track?.addEventListener("mute", again);
      video.srcObject = next;
      await video.play();
      onState("on");
      options.onCan({ torch: hasTorch(track), cameras: await cameras() });
    } catch (fault) {
      const name = fault instanceof DOMException ? fault.name : "";
      onState(name === "NotAllowedError" ? "denied" : "none");
      // A denied camera has to be allowed in the settings of the browser; other faults may pass.
      if (name !== "NotAllowedError" && !isClosed) retry = setTimeout(() => void start(), RETRY_MS);
    }
  }

  function again(): void {
    if (stream !== null) stop(stream);
    stream = null;
    clearTimeout(retry);
    retry = setTimeout(() => void start(), document.hidden ? 0 : RETRY_MS / 3);
  }

  function seen(): void {
    const [track] = stream?.getVideoTracks() ?? [];
    if (document.hidden) return;
    if (track?.readyState === "live" && !track.muted) void video.play().catch(() => undefined);
    else again();
  }

  document.addEventListener("visibilitychange", seen);
  void start();
  void readAll(options, () => isClosed);
  return {
    async setTorch(isOn) {
      const [track] = stream?.getVideoTracks() ?? [];
      // The cast: TypeScript's DOM does not have the light yet.
      await track?.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] }).catch(() => undefined);
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
      document.removeEventListener("visibilitychange", seen);
      if (stream !== null) stop(stream);
      video.srcObject = null;
    },
  };
}

/** Reads one picture after the other while the camera is open. A picture that cannot be read does not end the loop. */
async function readAll({ video, workerPath, onCode }: CameraOptions, isClosed: () => boolean): Promise<void> {
  const reader: CodeReader = await openCodeReader(workerPath);
  while (!isClosed()) {
    const sees = video.srcObject !== null && !document.hidden && video.readyState >= HAS_PICTURE;
    try {
      const text = sees ? await reader.read(video) : null;
      if (text !== null && !isClosed()) onCode(text);
    } catch {
      // The picture could not be drawn, or its code could not be shown; the next one may.
    }
    await new Promise((settle) => setTimeout(settle, PAUSE_MS));
  }
  reader.close();
}

function wanted(cameraId: string | null): MediaTrackConstraints {
  const size = { width: { ideal: 1_280 }, height: { ideal: 720 } };
  return cameraId === null
    ? { ...size, facingMode: { ideal: "environment" } }
    : { ...size, deviceId: { ideal: cameraId } };
}

function hasTorch(track: MediaStreamTrack | undefined): boolean {
  const can = track?.getCapabilities?.() as { readonly torch?: boolean } | undefined;
  return can?.torch === true;
}

async function cameras(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
