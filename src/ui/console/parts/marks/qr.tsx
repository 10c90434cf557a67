// Draws a QR code as one path, without markup from a library, which Trusted Types would refuse. It is always black on white.

type Props = { readonly rows: readonly (readonly boolean[])[]; readonly alt: string };

export function Qr({ rows, alt }: Props) {
  const size = rows.length;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={alt}>
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path
        fill="#000"
        d={rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("")}
      />
    </svg>
  );
}
