/** A link whose whole row can be clicked, and whose focus is seen around the row. The row is `relative`. */
export const rowLink =
  "block truncate leading-6 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent";
