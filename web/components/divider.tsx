export function Divider({ label }: { label: string }) {
  return (
    <p class="divider">
      <span>{label}</span>
    </p>
  );
}
