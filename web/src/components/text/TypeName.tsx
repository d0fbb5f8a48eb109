/** A resource type by the name it has in SQL. */
export function TypeName({ name }: { name: string }) {
  return <code className="text-[0.92em] wrap-anywhere text-muted">{name}</code>;
}
