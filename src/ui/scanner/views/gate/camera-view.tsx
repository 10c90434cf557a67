// Shows the picture of the camera, and switches its light where it has one.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Camera, type CameraState, openCamera } from "../../reading/camera.ts";
import type { Stage } from "../../stage.ts";

type Props = {
  readonly stage: Stage;
  readonly onCode: (text: string) => void;
  readonly onCameras?: (cameras: readonly MediaDeviceInfo[]) => void;
};

export function CameraView({ stage, onCode, onCameras }: Props) {
  const { t, paths, settings } = stage;
  const video = useRef<HTMLVideoElement>(null);
  const camera = useRef<Camera | null>(null);
  const take = useRef(onCode);
  take.current = onCode;
  const [state, setState] = useState<CameraState>("starting");
  const [torch, setTorch] = useState<boolean | null>(null);
  const { cameraId } = settings.value;

  useEffect(() => {
    if (video.current === null) return;
    const opened = openCamera({
      ...{ video: video.current, workerPath: paths.zxing, cameraId, onState: setState },
      onCode: (text) => take.current(text),
      onCan(can) {
        setTorch((now) => (can.torch ? (now ?? false) : null));
        onCameras?.(can.cameras);
      },
    });
    camera.current = opened;
    return () => opened.close();
  }, [cameraId]);

  const message = { starting: t.scan.cameraStarting, denied: t.ready.cameraDenied, none: t.ready.cameraNone, on: "" }[
    state
  ];
  return (
    <div class="camera" data-camera={state}>
      <video ref={video} muted playsInline aria-hidden="true" />
      <div class="camera-frame" aria-hidden="true" />
      {message !== "" && <p class="camera-said">{message}</p>}
      {torch !== null && (
        <button
          type="button"
          class="button-quiet camera-light"
          aria-pressed={torch}
          onClick={() => {
            setTorch(!torch);
            void camera.current?.setTorch(!torch);
          }}
        >
          {t.scan.light}
        </button>
      )}
    </div>
  );
}
