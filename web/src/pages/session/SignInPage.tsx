import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useSignIn } from "@/api/session";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Labelled } from "@/components/form/Labelled";
import { TextInput } from "@/components/form/TextInput";
import { Door } from "./Door";

const route = getRouteApi("/sign-in");

export default function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  // Only a path of our own: an address that came in a link must not lead elsewhere.
  const target = next && /^\/(?![/\\])/.test(next) ? next : "/";
  return (
    <Door title="Sign in">
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ email, password }, { onSuccess: () => router.history.push(target) });
        }}
      >
        <Labelled label="E-mail address">
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
        <Labelled label="Password">
          {(wiring) => (
            <TextInput
              {...wiring}
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Labelled>
        <ProblemNotice error={signIn.error} />
        <Button type="submit" look="primary" busy={signIn.isPending} className="w-full">
          Sign in
        </Button>
      </form>
      <p className="mt-4 text-sm text-muted">
        Forgotten the password? Someone who manages users can make a new invitation link for you.
      </p>
    </Door>
  );
}
