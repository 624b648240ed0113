/** What was just done, for the eye and, politely, for the ear. The region is there before there is anything to say. */
export function Announcement({ children }: { children: string }) {
  return (
    <div class="announcer" role="status">
      {children !== '' && (
        <div class="notice" data-tone="success">
          <svg class="notice-icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4.5 10.5 8.5 14.5 15.5 6" />
          </svg>
          <div class="notice-body">{children}</div>
        </div>
      )}
    </div>
  );
}
