import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { setupQuery, useSetup } from "@/api/session";
import { Problem } from "@/api/problem";
import { Button } from "@/components/action/Button";
import { Notice } from "@/components/feedback/Notice";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";

export default function SetupPage() {
  const token = useLocation().hash;
  const { data } = useQuery(setupQuery);
  const router = useRouter();
  const setup = useSetup();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const fields = setup.error instanceof Problem ? setup.error.fields : {};

  if (data?.needed === false) {
    return (
      <Door title="Muster is set up">
        <p className="mt-2 text-muted">
          The owner was created before. Sign in with that account, or ask for an invitation.
        </p>
        <Button asChild look="primary" className="mt-4 w-full">
          <Link to="/sign-in">Sign in</Link>
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Set up Muster">
      <p className="mt-1 text-muted">You become the owner: you may do everything, and invite others.</p>
      {token === "" && (
        <div className="mt-4">
          <Notice kind="warning" title="Open the one-time link">
            <p>
              <code>muster serve</code> prints it when it starts for the first time. It ends in{" "}
              <code>/setup#…</code>
            </p>
          </Notice>
        </div>
      )}
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setup.mutate(
            { token, name, email, password },
            { onSuccess: () => void router.navigate({ to: "/", replace: true }) },
          );
        }}
      >
        <Labelled label="Your name" error={fields.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="name"
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <Labelled label="E-mail address" error={fields.email}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Labelled>
        <NewPassword value={password} onChange={setPassword} error={fields.password} />
        <ProblemNotice error={setup.error} />
        <Button
          type="submit"
          look="primary"
          busy={setup.isPending}
          disabled={token === ""}
          className="w-full"
        >
          Create the owner
        </Button>
      </form>
    </Door>
  );
}
