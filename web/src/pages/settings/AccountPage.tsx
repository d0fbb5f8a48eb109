import { useState } from "react";
import { Problem } from "@/api/problem";
import { useChangePassword, useSession } from "@/api/session";
import { Button } from "@/components/action/Button";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Choices } from "@/components/form/Choices";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { Facts } from "@/components/layout/Facts";
import { PageHeader } from "@/components/layout/PageHeader";
import { Panel } from "@/components/layout/Panel";
import { chooseTheme, useTheme } from "@/shell/theme";
import { NewPassword } from "../session/NewPassword";
import { roleText } from "./roles";
import { SettingsTabs } from "./SettingsTabs";

export default function AccountPage() {
  const { user, version } = useSession();
  const { choice } = useTheme();
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsTabs />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <Panel title="You">
          <Facts
            facts={[
              { name: "Name", value: user.name },
              { name: "E-mail", value: user.email },
              { name: "Role", value: roleText[user.role].text },
              { name: "Muster", value: `version ${version}` },
            ]}
          />
        </Panel>
        <PasswordPanel />
        <Panel title="Appearance">
          <Choices
            label="Theme"
            value={choice}
            onChange={chooseTheme}
            choices={[
              { value: "system", text: "As the system" },
              { value: "light", text: "Light" },
              { value: "dark", text: "Dark" },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function PasswordPanel() {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useChangePassword();
  const errors = change.error instanceof Problem ? change.error.fields : {};
  return (
    <Panel title="Password">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { current, password },
            {
              onSuccess: () => {
                setCurrent("");
                setPassword("");
              },
            },
          );
        }}
      >
        <Labelled label="The one you have" error={errors.current}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="password"
              autoComplete="current-password"
              required
              value={current}
              onChange={(event) => setCurrent(event.target.value)}
            />
          )}
        </Labelled>
        <NewPassword value={password} onChange={setPassword} error={errors.password} />
        <ProblemNotice error={change.error} />
        {change.isSuccess && (
          <Notice kind="good">
            <p>The password is changed. Your other sessions have ended.</p>
          </Notice>
        )}
        <Button type="submit" busy={change.isPending}>
          Change password
        </Button>
      </form>
    </Panel>
  );
}
