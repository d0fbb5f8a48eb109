import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { exportAnswer, type ExportFormat, type Question } from "@/api/answer";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Menu, MenuItem } from "@/components/overlay/Menu";
import { Modal } from "@/components/overlay/Modal";

const formats: { format: ExportFormat; text: string }[] = [
  { format: "csv", text: "CSV" },
  { format: "json", text: "JSON" },
  { format: "ndjson", text: "NDJSON, a row a line" },
];

/** The answer as a file, asked for again so that it is whole. */
export function ExportMenu({ question }: { question: Question | null }) {
  const save = useMutation({
    mutationFn: async ({ format, asked }: { format: ExportFormat; asked: Question }) => {
      const blob = await exportAnswer(asked, format);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `muster-${new Date().toISOString().slice(0, 10)}.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  });
  return (
    <>
      <Menu
        trigger={
          <Button icon={Download} disabled={question === null} busy={save.isPending}>
            Export
          </Button>
        }
      >
        {formats.map(({ format, text }) => (
          <MenuItem key={format} onSelect={() => question && save.mutate({ format, asked: question })}>
            {text}
          </MenuItem>
        ))}
      </Menu>
      <Modal open={save.isError} onOpenChange={() => save.reset()} title="The answer could not be exported">
        <ProblemNotice error={save.error} />
      </Modal>
    </>
  );
}
