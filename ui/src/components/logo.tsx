interface LogoProps {
  size: number;
  /** On a dark ground. */
  inverse?: boolean;
}

export function Logo({ size, inverse }: LogoProps) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <path
        d="M16 2 4 6.5V15c0 7.6 5.1 12.7 12 15 6.9-2.3 12-7.4 12-15V6.5z"
        fill={inverse ? "#fff" : "var(--accent)"}
      />
      <path
        d="m10.5 16.2 3.9 3.9 7.3-8"
        fill="none"
        stroke={inverse ? "#0c4152" : "var(--on-accent)"}
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
